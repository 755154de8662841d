import { expect } from "chai";
import { RandomProvider } from "../../../plugins/random/provider";
import { recordedCalls, ServedProvider } from "../../support/traces";

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
  for (const recording of [
    "random-1-preview",
    "random-2-up",
    "random-3-noop",
    "random-4-rotate",
    "random-5-refresh",
    "random-6-destroy",
  ]) {
    describe(recording, () => {
      let provider: ServedProvider;

      before(async () => {
        provider = await ServedProvider.start(new RandomProvider());
      });

      after(() => provider.stop());

      recordedCalls(recording).forEach((call, index) => {
        const name = typeof call.request["name"] === "string" ? call.request["name"] : "";
        it(`${index + 1}: ${call.method} ${name}`.trimEnd(), async () => {
          const answer = provider.call(call.method, call.request);
          if (call.errors !== undefined) {
            const error = await answer.then(
              () => undefined,
              (reason: unknown) => reason,
            );
            expect(error).to.be.an("error").with.property("code", 12);
            return;
          }
          const created = call.method === "Create";
          const [ours, theirs] = [await answer, call.response ?? {}];
          expect(created ? masked(ours) : ours).to.deep.equal(created ? masked(theirs) : theirs);
        });
      });
    });
  }
});
