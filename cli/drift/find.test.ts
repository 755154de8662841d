import { expect } from "chai";
import type { Declared, KubeObject } from "./declared";
import { compareOne } from "./find";
import { printDrift } from "./print";

const object: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "demo" },
  data: { a: "1" },
};
const ours = { manager: "pulumi-kubernetes-1", operation: "Apply", fieldsV1: { "f:data": { "f:a": {} } } };
const kubectl = (fieldsV1: unknown) => ({
  ...{ manager: "kubectl-edit", operation: "Update", time: "2026-01-01T00:00:00Z", fieldsV1 },
});
const live = (
  data: Record<string, string>,
  managedFields: KubeObject["metadata"]["managedFields"] = [ours],
): KubeObject => ({
  ...object,
  metadata: { ...object.metadata, uid: "1", ...(managedFields && { managedFields }) },
  data,
});
const declared: Declared = { urn: "urn", object, manager: "pulumi-kubernetes-1", isPatch: false, secrets: new Set() };

describe("compareOne", () => {
  it("finds nothing where nothing was touched", () => {
    expect(compareOne(declared, live({ a: "1" }))).to.be.empty;
  });

  it("finds a deleted object, and one being deleted", () => {
    expect(compareOne(declared, undefined).map(printDrift)).to.deep.equal(["ConfigMap demo/settings: deleted"]);
    const going = live({ a: "1" });
    const metadata = { ...going.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" };
    expect(compareOne(declared, { ...going, metadata }).map(({ change }) => change)).to.deep.equal(["deleted"]);
  });

  it("tells who changed a value and when", () => {
    const found = compareOne(declared, live({ a: "2" }, [ours, kubectl({ "f:data": { "f:a": {} } })]));
    expect(found.map(printDrift)).to.deep.equal([
      'ConfigMap demo/settings: data.a is "2", declared "1"  (kubectl-edit, 2026-01-01T00:00:00Z)',
    ]);
  });

  it("finds an added field, by its owner", () => {
    const found = compareOne(declared, live({ a: "1", b: "2" }, [ours, kubectl({ "f:data": { "f:b": {} } })]));
    expect(found.map(printDrift)).to.deep.equal([
      'ConfigMap demo/settings: data.b added, "2"  (kubectl-edit, 2026-01-01T00:00:00Z)',
    ]);
  });

  it("leaves what controllers add and what belongs to the status", () => {
    const controller = { ...kubectl({ "f:data": { "f:b": {} } }), manager: "kube-controller-manager" };
    const status = { ...kubectl({ "f:data": { "f:b": {} } }), subresource: "status" };
    expect(compareOne(declared, live({ a: "1", b: "2" }, [ours, controller, status]))).to.be.empty;
  });

  it("finds an object whose fields somebody else took over unchanged", () => {
    const found = compareOne(declared, live({ a: "1" }, [kubectl({ "f:data": { "f:a": {} } })]));
    expect(found.map(({ change }) => change)).to.deep.equal(["re-owned"]);
  });

  it("looks at a patch's own fields only", () => {
    const patch = { ...declared, isPatch: true };
    expect(compareOne(patch, live({ a: "1", b: "2" }, [kubectl({ "f:data": { "f:b": {} } })]))).to.be.empty;
    expect(compareOne(patch, live({ a: "3" })).map(({ path }) => path)).to.deep.equal(["/data/a"]);
  });

  it("compares a Secret's text with its encoded form and shows neither", () => {
    const secret: KubeObject = { ...object, kind: "Secret", stringData: { key: "word" }, data: undefined };
    const one = { ...declared, object: secret, secrets: new Set(["/data"]) };
    const at = (value: string) => ({ ...live({ key: Buffer.from(value).toString("base64") }), kind: "Secret" });
    expect(compareOne(one, at("word"))).to.be.empty;
    expect(compareOne(one, at("other")).map(printDrift)).to.deep.equal([
      "Secret demo/settings: data.key is [secret], declared [secret]",
    ]);
  });
});
