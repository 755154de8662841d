import { expect } from "chai";
import type { Declared, KubeObject, ManagedFieldsEntry } from "./declared";
import { isAsDeclared, judge } from "./judge";
import { printDrift } from "./print";

const object: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "demo" },
  data: { a: "1" },
};
const ours: ManagedFieldsEntry = { manager: "stack-1", operation: "Apply", fieldsV1: { "f:data": { "f:a": {} } } };
const held = (fieldsV1: unknown, manager = "kubectl-edit", more: object = {}): ManagedFieldsEntry => ({
  ...{ manager, operation: "Update", time: "2026-01-01T00:00:00Z", fieldsV1, ...more },
});
const live = (data: Record<string, string>, managedFields: readonly ManagedFieldsEntry[] = [ours], more = {}) => ({
  ...object,
  metadata: { ...object.metadata, uid: "1", managedFields, ...more },
  data,
});
const declared: Declared = {
  ...{ urn: "urn", object, manager: "stack-1", managers: new Set(["stack-1"]), uid: "1", isPatch: false },
  secrets: new Set(),
};
const told = (one: Declared, there: KubeObject | undefined) => judge(one, there).map(printDrift);
const withB = { "f:data": { "f:b": {} } };

describe("judge", () => {
  it("finds nothing where nothing was touched", () => {
    expect(isAsDeclared(declared, live({ a: "1" }))).to.equal(true);
    expect(told(declared, live({ a: "1" }))).to.be.empty;
  });

  it("finds a deleted object, and one being deleted with what it waits for", () => {
    expect(told(declared, undefined)).to.deep.equal(["ConfigMap demo/settings: deleted"]);
    const going = { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.org/hold"] };
    expect(told(declared, live({ a: "1" }, [ours], going))).to.deep.equal([
      "ConfigMap demo/settings is being deleted since 2026-01-01T00:00:00Z and waits for example.org/hold",
    ]);
  });

  it("tells who changed a value and when", () => {
    expect(told(declared, live({ a: "2" }, [held({ "f:data": { "f:a": {} } })]))).to.include(
      'ConfigMap demo/settings: data.a is "2", declared "1"  (kubectl-edit, 2026-01-01T00:00:00Z)',
    );
  });

  it("goes by what the API server says that applying would make of it, where it says so", () => {
    const rewritten = { ...declared, object: { ...object, data: { a: "01" } } };
    expect(judge(rewritten, live({ a: "1" }), live({ a: "1" }))).to.be.empty;
    expect(judge(declared, live({ a: "1", b: "2" }), live({ a: "1" })).map(({ path }) => path)).to.deep.equal([
      "/data/b",
    ]);
  });

  it("finds an added field, by its owner", () => {
    expect(told(declared, live({ a: "1", b: "2" }, [ours, held(withB)]))).to.deep.equal([
      'ConfigMap demo/settings: data.b added, "2"  (kubectl-edit, 2026-01-01T00:00:00Z)',
    ]);
  });

  it("finds what is added under a controller's name, or under the stack's own by other means than it uses", () => {
    for (const manager of ["kube-controller-manager", "manager", "Go-http-client", "stack-1"])
      expect(told(declared, live({ a: "1", b: "2" }, [ours, held(withB, manager)])), manager).to.have.length(1);
  });

  it("leaves what controllers are known to write, and the status", () => {
    const revision = { "f:metadata": { "f:annotations": { "f:deployment.kubernetes.io/revision": {} } } };
    const annotations = { "deployment.kubernetes.io/revision": "1" };
    const deployment = { ...object, kind: "Deployment" };
    const there = {
      ...live({ a: "1" }, [ours, held(revision, "kube-controller-manager")], { annotations }),
      kind: "Deployment",
    };
    expect(told({ ...declared, object: deployment }, there)).to.be.empty;
    const status = { ...live({ a: "1" }, [ours, held({ "f:status": { "f:b": {} } })]), status: { b: "2" } };
    expect(told(declared, status)).to.be.empty;
  });

  it("leaves the finalizers of the platform's controllers, and no other under their names", () => {
    const there = (finalizer: string) => {
      const fields = { "f:metadata": { "f:finalizers": { ".": {}, [`v:"${finalizer}"`]: {} } } };
      return live({ a: "1" }, [ours, held(fields, "manager")], { finalizers: [finalizer] });
    };
    expect(told(declared, there("inferenceservice.finalizers"))).to.be.empty;
    expect(told(declared, there("example.org/hold"))).to.deep.equal([
      'ConfigMap demo/settings: metadata.finalizers.0 added, "example.org/hold"  (manager, 2026-01-01T00:00:00Z)',
    ]);
  });

  it("leaves what other resources of the stack write to the object", () => {
    const patch = { ...ours, manager: "stack-2", fieldsV1: withB };
    const managers = new Set(["stack-1", "stack-2"]);
    expect(told({ ...declared, managers }, live({ a: "1", b: "2" }, [ours, patch]))).to.be.empty;
  });

  it("finds an object whose fields somebody else took over unchanged, or holds as well", () => {
    const fields = { "f:data": { "f:a": {} } };
    expect(told(declared, live({ a: "1" }, [held(fields)]))).to.deep.equal([
      "ConfigMap demo/settings is no longer held by this stack  (kubectl-edit, 2026-01-01T00:00:00Z)",
    ]);
    expect(told(declared, live({ a: "1" }, [ours, held(fields)]))).to.deep.equal([
      "ConfigMap demo/settings data.a has 1 declared field that another holds as well  (kubectl-edit, 2026-01-01T00:00:00Z)",
    ]);
  });

  it("finds an object that was made anew, and one that somebody claims", () => {
    const anew = live({ a: "1" }, [ours], { uid: "2", creationTimestamp: "2026-01-02T00:00:00Z" });
    expect(isAsDeclared(declared, anew)).to.equal(false);
    expect(told(declared, anew)).to.deep.equal([
      "ConfigMap demo/settings was deleted and made anew at 2026-01-02T00:00:00Z",
    ]);
    const owners = [{ kind: "Job", name: "j", uid: "9" }];
    const claim = held({ "f:metadata": { "f:ownerReferences": { ".": {}, 'k:{"uid":"9"}': {} } } });
    const claimed = judge(declared, live({ a: "1" }, [ours, claim], { ownerReferences: owners }));
    expect(claimed.map(({ change, path }) => `${change} ${path}`)).to.deep.equal([
      "re-owned /metadata/ownerReferences/0",
    ]);
  });

  it("finds what was added to an object of which the API server keeps no record", () => {
    const bare = { ...object, data: undefined };
    const made = { ...live({}), data: undefined };
    const named = { ...declared, object: bare, made };
    const there = { ...live({}, [], { labels: { x: "y" } }), data: undefined };
    expect(isAsDeclared(named, made)).to.equal(true);
    expect(told(named, there)).to.deep.equal(['ConfigMap demo/settings: metadata.labels.x added, "y"']);
  });

  it("leaves a namespace's own finalizers, which nobody can change, though a write that tried to is noted", () => {
    const metadata = { name: "demo", labels: { a: "1" } };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata };
    const own = { ...ours, fieldsV1: { "f:metadata": { "f:labels": { "f:a": {} } } } };
    const tried = held({ "f:spec": { "f:finalizers": {} } });
    const there = { ...namespace, spec: { finalizers: ["kubernetes"] } };
    const { managedFields, uid } = { managedFields: [own, tried], uid: "1" };
    expect(judge({ ...declared, object: namespace }, { ...there, metadata: { ...metadata, uid, managedFields } })).to.be
      .empty;
  });

  it("looks at a patch's own fields only", () => {
    const patch = { ...declared, isPatch: true };
    expect(told(patch, live({ a: "1", b: "2" }, [held(withB)]))).to.be.empty;
    expect(judge(patch, live({ a: "3" })).map(({ path }) => path)).to.deep.equal(["/data/a"]);
  });

  it("compares a Secret's text with its encoded form and shows neither", () => {
    const secret: KubeObject = { ...object, kind: "Secret", stringData: { key: "word" }, data: undefined };
    const fields = { ...ours, fieldsV1: { "f:data": { "f:key": {} } } };
    const one = { ...declared, object: secret, secrets: new Set(["/data"]) };
    const at = (value: string) => ({
      ...live({ key: Buffer.from(value).toString("base64") }, [fields]),
      kind: "Secret",
    });
    expect(isAsDeclared(one, at("word"))).to.equal(true);
    expect(told(one, at("other"))).to.deep.equal(["Secret demo/settings: data.key is [secret], declared [secret]"]);
  });
});
