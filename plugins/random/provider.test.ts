import { expect } from "chai";
import { RandomProvider } from "./provider";
import { put, trialsOf } from "../../tests/support/plugins/replay";
import { ServedProvider } from "../../tests/support/plugins/traces";

/** Outputs that are made anew each time; only that they are there, and whether they are secret, can be compared. */
const GENERATED = new Set(["id", "result", "bcryptHash", "base64", "hex", "dec", "b64Std", "b64Url"]);
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function masked(value: unknown, key = ""): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, masked(item, name === "value" ? key : name)]),
    );
  }
  return GENERATED.has(key) && value !== UNKNOWN ? `<${typeof value}>` : value;
}

describe("the stand-in for the random plugin, asked what the official one was asked", () => {
  for (const recording of ["1-preview", "2-up", "3-noop", "4-rotate", "5-refresh", "6-destroy"]) {
    describe(recording, () => {
      let provider: ServedProvider;

      before(async () => {
        provider = await ServedProvider.start(new RandomProvider());
      });

      after(() => provider.stop());

      for (const { title, call } of trialsOf(`random/${recording}`))
        it(title, () =>
          put(provider, call, (ours, theirs) => {
            const created = call.method === "Create";
            expect(created ? masked(ours) : ours).to.deep.equal(created ? masked(theirs) : theirs);
          }),
        );
    });
  }
});
