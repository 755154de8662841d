import { expect } from "chai";
import { InitializationError, isUnknown, type Kind, kindProvider, UNKNOWN } from ".";
import { DrivenResource, failureOf, initFailure } from "../../tests/support/cluster/resource";
import { ServedProvider } from "../../tests/support/plugins/traces";

interface BoxInputs {
  size: number;
  key?: string;
}

interface BoxState extends BoxInputs {
  address: string;
}

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const secret = (value: unknown): Record<string, unknown> => ({ [SIGNATURE]: SECRET, value });
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("a plugin made of kinds", () => {
  const seen: unknown[] = [];
  const box: Kind<BoxInputs, BoxState> = {
    type: "tests:index:Box",
    secretOutputs: ["address"],
    check: (news) => ({
      inputs: { ...news },
      failures: !isUnknown(news.size) && news.size < 0 ? [{ property: "size", reason: `size is ${news.size}` }] : [],
    }),
    create(inputs) {
      seen.push(inputs);
      if (inputs.size === 13) {
        throw new InitializationError("it leaks", "box", { ...inputs, address: "here" }, ["a crack"]);
      }
      return { id: "box", state: { ...inputs, address: "here" } };
    },
    previewState: (_inputs, old) => (old === undefined ? {} : { address: old.address }),
    update: (_id, state, _old, news) => ({ ...state, ...news }),
    delete: () => undefined,
  };
  const fixed: Kind<BoxInputs, BoxInputs> = {
    type: "tests:index:Fixed",
    create: (inputs) => ({ id: "fixed", state: inputs }),
    delete: () => undefined,
  };
  const frugal: Kind<BoxInputs, BoxState> = {
    ...box,
    type: "tests:index:Frugal",
    outputs: ["address"],
    diff(_id, state, oldInputs) {
      seen.push({ state, oldInputs });
      return { changes: true, detailed: { size: "update" } };
    },
    read: (id, inputs, state) => (inputs && state ? { id, inputs, state: { ...inputs, ...state } } : undefined),
    update(_id, state, _old, news) {
      seen.push(state);
      return { ...state, ...news };
    },
    delete: (_id, state) => void seen.push(state),
  };
  let provider: ServedProvider;

  beforeEach(async () => {
    seen.length = 0;
    const lazy = { type: fixed.type, load: () => Promise.resolve(fixed) };
    provider = await ServedProvider.start(
      kindProvider({ name: "tests", version: "1.2.3", kinds: [box, lazy, frugal] }),
    );
  });

  afterEach(() => provider.stop());

  const driven = (type = box.type): DrivenResource => new DrivenResource(provider, type, "it");

  it("reports its version", async () => {
    expect(await provider.call("GetPluginInfo", {})).to.deep.equal({ version: "1.2.3" });
  });

  it("passes secrets in clear to its kinds, and marks the outputs of the same name", async () => {
    const state = await driven().create({ size: 1, key: secret("k") });
    expect(seen).to.deep.equal([{ size: 1, key: "k" }]);
    expect(state).to.deep.equal({ size: 1, key: secret("k"), address: secret("here") });
  });

  it("keeps the marks when it checks", async () => {
    expect(await driven().check({ size: 1, key: secret("k") })).to.deep.equal({ size: 1, key: secret("k") });
  });

  it("reports faults of the inputs by property", async () => {
    const answer = await provider.call("Check", { urn: "urn:pulumi:a::b::tests:index:Box::c", news: { size: -1 } });
    expect(answer["failures"]).to.deep.equal([{ property: "size", reason: "size is -1" }]);
  });

  it("creates nothing in a preview, and reports what an update does not change", async () => {
    const it = driven();
    expect(await it.create({ size: 1 }, { preview: true })).to.equal(undefined);
    expect(seen).to.deep.equal([]);
    await it.create({ size: 1 });
    expect(await it.update({ size: unknown }, { preview: true })).to.deep.equal({ address: secret("here") });
  });

  it("compares inputs by property by default; an unknown is a change", async () => {
    const it = driven();
    await it.create({ size: 1, key: "k" });
    expect(await it.diff({ size: 1, key: "k" })).to.deep.equal({ changes: "DIFF_NONE", hasDetailedDiff: true });
    expect(await it.diff({ size: unknown })).to.deep.include({
      changes: "DIFF_SOME",
      detailedDiff: { size: { kind: "UPDATE" }, key: { kind: "DELETE" } },
    });
    expect(UNKNOWN.toString()).to.contain("unknown");
  });

  it("replaces what cannot be updated", async () => {
    const it = driven(fixed.type);
    await it.create({ size: 1 });
    expect(await it.diff({ size: 2 })).to.deep.include({
      replaces: ["size"],
      detailedDiff: { size: { kind: "UPDATE_REPLACE" } },
    });
  });

  it("keeps the state of what was created but does not work", async () => {
    const failure = initFailure(await failureOf(driven().create({ size: 13, key: secret("k") })));
    expect(failure).to.deep.include({ id: "box", reasons: ["a crack"], message: "it leaks" });
    expect(failure?.state).to.deep.equal({ size: 13, key: secret("k"), address: secret("here") });
  });

  it("stores nothing twice when a kind names its outputs, and still passes everything to the kind", async () => {
    const it = driven(frugal.type);
    const state = { size: 1, key: "k", address: "here" };
    expect(await it.create({ size: 1, key: secret("k") })).to.deep.equal({ address: secret("here") });
    seen.length = 0;
    expect((await it.diff({ size: 2 }))["detailedDiff"]).to.deep.equal({ size: { kind: "UPDATE", inputDiff: true } });
    expect((await it.read())?.["properties"]).to.deep.equal({ address: secret("here") });
    expect(await it.update({ size: 2 })).to.deep.equal({ address: secret("here") });
    await it.delete();
    const failure = initFailure(await failureOf(driven(frugal.type).create({ size: 13 })));
    expect(failure?.state).to.deep.equal({ address: secret("here") });
    const oldInputs = { size: 1, key: "k" };
    expect(seen).to.deep.equal([{ state, oldInputs }, state, { size: 2, address: "here" }, { size: 13 }]);
  });

  it("returns the state as it is when the kind does not read", async () => {
    const it = driven();
    await it.create({ size: 1 });
    expect(await it.read()).to.deep.include({ id: "box", inputs: { size: 1 } });
  });

  it("names the types it knows when asked for another", async () => {
    const error = await failureOf(driven("tests:index:Ball").create({}));
    expect(error.message)
      .to.contain("Type tests:index:Ball is unknown")
      .and.contain("tests:index:Box, tests:index:Fixed, tests:index:Frugal");
  });

  it("refuses work after a cancel", async () => {
    await provider.call("Cancel", {});
    expect((await failureOf(driven().create({ size: 1 }))).message).to.contain("cancelled");
  });
});
