import { expect } from "chai";
import fc from "fast-check";
import { type PropertyMap, Secret, UNKNOWN } from "../../../plugins/base";
import { annotateSecrets, checkpoint, parseCheckpoint, toObject } from "../../../plugins/kubernetes/checkpoint";
import { diffConfig } from "../../../plugins/kubernetes/configuration";
import { detailedDiff, parsePath, pathText } from "../../../plugins/kubernetes/diff";
import { forceNewPaths } from "../../../plugins/kubernetes/forceNew";
import { assignName, uniqueName } from "../../../plugins/kubernetes/naming";
import { normalizeInputs, pruneToShape } from "../../../plugins/kubernetes/normalize";
import { canonicalQuantity } from "../../../plugins/kubernetes/quantity";
import { Redactor } from "../../../plugins/kubernetes/redact";

const mutable = { enableConfigMapMutable: true, enableSecretMutable: true };
const fixedNow = { enableConfigMapMutable: false, enableSecretMutable: false };

describe("quantities", () => {
  for (const [given, canonical] of [
    ["0.5", "500m"],
    ["1000m", "1"],
    [1, "1"],
    [1.5, "1500m"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["1000", "1k"],
    ["2000M", "2G"],
    ["0", "0"],
    ["0.1Ki", "102400m"],
    ["512", "512"],
    ["1e3", "1e3"],
    ["10e2", "1e3"],
    ["-0.5", "-500m"],
    ["none", "none"],
  ] as const) {
    it(`writes ${JSON.stringify(given)} as ${canonical}`, () => {
      expect(canonicalQuantity(given)).to.equal(canonical);
    });
  }

  it("leaves what is canonical as it is", () => {
    const suffix = fc.constantFrom("", "m", "k", "M", "G", "Ki", "Mi", "Gi", "Ti");
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), suffix, (number, unit) => {
        const once = canonicalQuantity(`${number}${unit}`);
        expect(canonicalQuantity(once)).to.equal(once);
      }),
    );
  });
});

describe("inputs in normal form", () => {
  it("keep a Secret's text as the data it becomes", () => {
    const secret = { apiVersion: "v1", kind: "Secret", stringData: { a: "abc" }, data: { b: "YQ==" } };
    expect(normalizeInputs(secret)).to.deep.equal({ apiVersion: "v1", kind: "Secret", data: { a: "YWJj", b: "YQ==" } });
  });

  it("are left alone while something is unknown", () => {
    const secret: PropertyMap = { apiVersion: "v1", kind: "Secret", stringData: { a: UNKNOWN } };
    expect(normalizeInputs(secret)).to.deep.equal(secret);
  });

  it("do not touch the user's own text, nor custom resources", () => {
    const map: PropertyMap = { apiVersion: "v1", kind: "ConfigMap", data: { limits: "1000m", min: "0.5" } };
    expect(normalizeInputs(map)).to.deep.equal(map);
    const custom: PropertyMap = {
      apiVersion: "example.com/v1",
      kind: "X",
      spec: { limits: { cpu: "1000m" }, list: [] },
    };
    expect(normalizeInputs(custom)).to.deep.equal(custom);
  });

  it("lose what only the server writes", () => {
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", uid: "1", resourceVersion: "2" } };
    expect(normalizeInputs(object)["metadata"]).to.deep.equal({ name: "a" });
  });
});

describe("differences", () => {
  const compare = (live: PropertyMap, news: PropertyMap, lenient = true, old = live): unknown =>
    detailedDiff(live, old, news, { fixedPaths: forceNewPaths(news, fixedNow, false), lenient });

  it("are named by path, lists by place", () => {
    const live: PropertyMap = { spec: { a: 1, list: [{ x: 1 }, { x: 2 }], gone: true, "a.b": 1 } };
    const news: PropertyMap = { spec: { a: 2, list: [{ x: 1 }, { x: 3, y: 1 }, { x: 4 }], "a.b": 2 } };
    expect(compare(live, news)).to.deep.equal({
      "spec.a": "update",
      "spec.list[1].x": "update",
      "spec.list[1].y": "add",
      "spec.list[2]": "add",
      "spec.gone": "delete",
      'spec["a.b"]': "update",
    });
  });

  it("do not see what the server does not store", () => {
    expect(compare({ spec: {} }, { spec: { flag: false, text: "", count: 0 } })).to.deep.equal({});
    expect(compare({ spec: {} }, { spec: { odd: "1" } }, true, { spec: { odd: "1" } })).to.deep.equal({});
    expect(compare({ spec: {} }, { spec: { odd: "1" } }, false, { spec: { odd: "1" } })).to.deep.equal({
      "spec.odd": "add",
    });
  });

  it("see empty text where the server does store it, in maps of the user's own", () => {
    expect(compare({ data: { a: "1" } }, { data: { a: "1", b: "" } })).to.deep.equal({ "data.b": "add" });
    const old = { data: { "b.c": "" } };
    expect(compare({ data: {} }, old, true, old)).to.deep.equal({ 'data["b.c"]': "add" });
    const labelled = { metadata: { labels: { on: "" } } };
    expect(compare({ metadata: { labels: {} } }, labelled)).to.deep.equal({ "metadata.labels.on": "add" });
  });

  it("take what is not known yet for a change", () => {
    expect(compare({ spec: { a: 1 } }, { spec: { a: UNKNOWN, b: UNKNOWN } })).to.deep.equal({
      "spec.a": "update",
      "spec.b": "add",
    });
  });

  for (const [what, apiVersion, kind, path, replaces] of [
    ["a Job's template", "batch/v1", "Job", ["spec", "template", "spec", "containers"], true],
    ["a Job's parallelism annotations", "batch/v1", "Job", ["metadata", "annotations"], false],
    ["a Deployment's selector", "apps/v1", "Deployment", ["spec", "selector", "matchLabels"], true],
    ["a Deployment's replicas", "apps/v1", "Deployment", ["spec", "replicas"], false],
    ["a StatefulSet's claims", "apps/v1", "StatefulSet", ["spec", "volumeClaimTemplates"], true],
    ["a claim's class", "v1", "PersistentVolumeClaim", ["spec", "storageClassName"], true],
    ["a claim's size", "v1", "PersistentVolumeClaim", ["spec", "resources"], false],
    ["a Service's address", "v1", "Service", ["spec", "clusterIP"], true],
    ["a binding's role", "rbac.authorization.k8s.io/v1", "RoleBinding", ["roleRef", "name"], true],
    ["the name of anything", "example.com/v1", "X", ["metadata", "name"], true],
  ] as const) {
    it(`${replaces ? "replace" : "update"} for ${what}`, () => {
      const build = (value: string): PropertyMap => {
        const nested = [...path].reverse().reduce<PropertyMap | string>((inner, key) => ({ [key]: inner }), value);
        return { apiVersion, kind, ...(nested as PropertyMap) };
      };
      expect(compare(build("a"), build("b"))).to.deep.equal({
        [pathText(path)]: replaces ? "update-replace" : "update",
      });
    });
  }

  it("of a ConfigMap's data replace unless the provider, and the object, allow changing it", () => {
    const map = (data: PropertyMap, rest: PropertyMap = {}): PropertyMap => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      data,
      ...rest,
    });
    const diff = (settings: typeof mutable, rest: PropertyMap = {}): unknown =>
      detailedDiff(map({ a: "1" }, rest), {}, map({ a: "2" }, rest), {
        fixedPaths: forceNewPaths(map({}, rest), settings, false),
        lenient: true,
      });
    expect(diff(fixedNow)).to.deep.equal({ "data.a": "update-replace" });
    expect(diff(mutable)).to.deep.equal({ "data.a": "update" });
    expect(diff(mutable, { immutable: true })).to.deep.equal({ "data.a": "update-replace" });
  });

  it("have paths that read back as they were written", () => {
    const step = fc.oneof(
      fc.string({ minLength: 1 }).filter((text) => !text.includes("\\")),
      fc.nat(9),
    );
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 4 }), (path) => {
        fc.pre(typeof path[0] === "string");
        expect(parsePath(pathText(path))).to.deep.equal(path);
      }),
    );
  });

  it("are none between an object and its own shape", () => {
    const live = { metadata: { name: "a", uid: "1" }, spec: { list: [{ a: 1, b: 2 }], x: { y: 1, z: 2 } } };
    expect(pruneToShape(live, { metadata: { name: "?" }, spec: { list: [{ a: 0 }], x: { y: 0 } } })).to.deep.equal({
      metadata: { name: "a" },
      spec: { list: [{ a: 1 }], x: { y: 1 } },
    });
  });
});

describe("what is kept in the state", () => {
  it("marks as secret what came from a secret, a list as a whole, and data of a Secret always", () => {
    const outs: PropertyMap = { spec: { a: { b: "1", c: "2" }, list: ["x", "y"] } };
    annotateSecrets(outs, { spec: { a: { b: new Secret("1") }, list: [new Secret("x")] } });
    expect(outs).to.deep.equal({ spec: { a: { b: new Secret("1"), c: "2" }, list: new Secret(["x", "y"]) } });
    const secret: PropertyMap = { kind: "Secret", data: { a: "YQ==" } };
    annotateSecrets(secret, {});
    expect(secret["data"]).to.deep.equal(new Secret({ a: "YQ==" }));
  });

  it("reads back into inputs and live object", () => {
    const inputs = toObject({ apiVersion: "v1", kind: "Secret", data: new Secret({ a: "YQ==" }), type: null });
    const live = { ...inputs, metadata: { name: "s" } };
    const state = checkpoint(inputs, live, { data: new Secret({ a: "YQ==" }) }, "v1", "pulumi-kubernetes-1");
    expect(state["data"]).to.be.instanceOf(Secret);
    expect(state["__fieldManager"]).to.equal("pulumi-kubernetes-1");
    expect(parseCheckpoint(state)).to.deep.equal({ inputs, live });
  });
});

describe("generated names", () => {
  it("are those Pulumi makes of the same seed", () => {
    // From resource.NewUniqueName of Pulumi's Go SDK.
    const seed = Buffer.from("3I24nJzrrp17fjuAoXKS4sDB+oIUzKwzJfa7+jQ2psE=", "base64");
    expect(uniqueName("train-", seed)).to.equal("train-5c615b20");
  });

  it("follow the project's autonaming, and leave chosen names alone", () => {
    const named: PropertyMap = { metadata: { name: "mine" } };
    assignName(named, "r", Buffer.from("x"));
    expect(named).to.deep.equal({ metadata: { name: "mine" } });
    const proposed: PropertyMap = {};
    assignName(proposed, "r", Buffer.from("x"), { proposedName: "theirs", mode: "propose" });
    expect(proposed).to.deep.equal({ metadata: { name: "theirs", annotations: { "pulumi.com/autonamed": "true" } } });
    expect(() => assignName({}, "r", Buffer.from("x"), { proposedName: "", mode: "disable" })).to.throw(
      "autonaming is disabled",
    );
    const later: PropertyMap = { metadata: { name: UNKNOWN } };
    assignName(later, "r", Buffer.from("x"));
    expect(later).to.deep.equal({ metadata: { name: UNKNOWN } });
  });
});

describe("a change of the provider's arguments", () => {
  const kubeconfig = (server: string, token: string): string =>
    JSON.stringify({
      "current-context": "a",
      clusters: [{ name: "c", cluster: { server } }],
      users: [{ name: "u", user: { token } }],
      contexts: [{ name: "a", context: { cluster: "c", user: "u" } }],
    });
  const diff = (olds: PropertyMap, news: PropertyMap): unknown =>
    diffConfig({ id: "", state: olds, oldInputs: olds, news, ignoreChanges: [] });

  it("replaces everything when it means another cluster, and nothing when it means other credentials", () => {
    const before = { kubeconfig: kubeconfig("https://a", "1") };
    expect(diff(before, { kubeconfig: kubeconfig("https://b", "1") })).to.deep.include({ replaces: ["kubeconfig"] });
    expect(diff(before, { kubeconfig: kubeconfig("https://a", "2") })).to.deep.include({ changes: true, replaces: [] });
    expect(diff(before, before)).to.deep.equal({ changes: false });
    expect(diff(before, { kubeconfig: UNKNOWN })).to.deep.include({ replaces: ["kubeconfig"] });
  });

  it("goes by the cluster's identifier where both have one, and takes nothing for another cluster because it gets one", () => {
    const named = (clusterIdentifier: string, server = "https://a"): PropertyMap => ({
      kubeconfig: kubeconfig(server, "1"),
      clusterIdentifier,
    });
    const bare = { kubeconfig: kubeconfig("https://a", "1") };
    expect(diff(bare, named("one"))).to.deep.include({ changes: true, replaces: [] });
    expect(diff(named("one"), bare)).to.deep.include({ changes: true, replaces: [] });
    expect(diff(bare, named("one", "https://b")))
      .to.have.property("replaces")
      .that.includes("kubeconfig");
    expect(diff(named("one"), named("one", "https://b"))).to.deep.include({ changes: true, replaces: [] });
    expect(diff(named("one"), { ...named("one"), kubeconfig: UNKNOWN })).to.deep.include({ replaces: [] });
    expect(diff(named("one"), named("two"))).to.deep.include({ replaces: ["clusterIdentifier"] });
    expect(diff(named("one"), { kubeconfig: UNKNOWN, clusterIdentifier: UNKNOWN })).to.deep.include({
      replaces: ["kubeconfig"],
    });
  });
});

describe("words that may hold secrets", () => {
  it("are masked: the value, its Base64, and what Base64 holds", () => {
    const redactor = new Redactor();
    redactor.learn({
      a: new Secret("open-sesame"),
      data: new Secret({ b: Buffer.from("swordfish").toString("base64") }),
    });
    const text = `open-sesame ${Buffer.from("open-sesame").toString("base64")} swordfish c3dvcmRmaXNo plain`;
    expect(redactor.mask(text)).to.equal("[secret] [secret] [secret] [secret] plain");
  });

  it("stay readable where a secret is too short to be one", () => {
    const redactor = new Redactor();
    redactor.learn(new Secret({ a: "a", flag: "true" }));
    expect(redactor.mask("a true story")).to.equal("a true story");
  });
});
