import { expect } from "chai";
import type { Declared } from "./declared";
import type { KubeObject, ManagedFieldsEntry } from "../kube/object";
import { isAsDeclared, judge } from "./judge";
import { driftRecord, type DriftRecord } from "./print";

const object: KubeObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: "settings", namespace: "demo" },
  data: { a: "1" },
};
const ours: ManagedFieldsEntry = { manager: "stack-1", operation: "Apply", fieldsV1: { "f:data": { "f:a": {} } } };
const held = (fieldsV1: unknown, manager = "kubectl-edit", more: object = {}): ManagedFieldsEntry => ({
  manager,
  operation: "Update",
  time: "2026-01-01T00:00:00Z",
  fieldsV1,
  ...more,
});
const live = (data: Record<string, string>, managedFields: readonly ManagedFieldsEntry[] = [ours], more = {}) => ({
  ...object,
  metadata: { ...object.metadata, uid: "1", managedFields, ...more },
  data,
});
const declared: Declared = {
  urn: "urn",
  object,
  manager: "stack-1",
  managers: new Set(["stack-1"]),
  uid: "1",
  isPatch: false,
  secrets: new Set(),
};
const reported = (one: Declared, there: KubeObject | undefined): DriftRecord[] => judge(one, there).map(driftRecord);
/** The only drift of an object. */
const only = (one: Declared, there: KubeObject | undefined): DriftRecord => {
  const [first, ...others] = reported(one, there);
  expect(others).to.be.empty;
  if (first === undefined) throw new Error("There is no drift.");
  return first;
};
const withB = { "f:data": { "f:b": {} } };

describe("drift of one object", () => {
  it("is none when the live object is as declared", () => {
    expect(isAsDeclared(declared, live({ a: "1" }))).to.equal(true);
    expect(reported(declared, live({ a: "1" }))).to.be.empty;
  });

  it("is reported when the object is deleted, or is being deleted and waits for finalizers", () => {
    expect(only(declared, undefined)).to.include({ kind: "ConfigMap", name: "settings", change: "deleted", path: "" });
    const going = { deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["example.org/hold"] };
    const drift = only(declared, live({ a: "1" }, [ours], going));
    expect(drift.change).to.equal("deleted");
    expect(drift.detail).to.match(/being deleted since 2026-01-01T00:00:00Z .*example\.org\/hold/);
  });

  it("names who changed a value and when", () => {
    const drifts = reported(declared, live({ a: "2" }, [held({ "f:data": { "f:a": {} } })]));
    expect(drifts.find(({ change }) => change === "changed")).to.include({
      path: "/data/a",
      live: "2",
      declared: "1",
      manager: "kubectl-edit",
      time: "2026-01-01T00:00:00Z",
    });
  });

  it("is judged by the API server's dry run where there is one", () => {
    const rewritten = { ...declared, object: { ...object, data: { a: "01" } } };
    expect(judge(rewritten, live({ a: "1" }), live({ a: "1" }))).to.be.empty;
    expect(judge(declared, live({ a: "1", b: "2" }), live({ a: "1" })).map(({ path }) => path)).to.deep.equal([
      "/data/b",
    ]);
  });

  it("is reported when another field manager adds a field", () => {
    expect(only(declared, live({ a: "1", b: "2" }, [ours, held(withB)]))).to.include({
      change: "added",
      path: "/data/b",
      live: "2",
      manager: "kubectl-edit",
    });
  });

  it("is reported when a field is added under a controller's name, or under the stack's own by another operation", () => {
    for (const manager of ["kube-controller-manager", "manager", "Go-http-client", "stack-1"])
      expect(only(declared, live({ a: "1", b: "2" }, [ours, held(withB, manager)]))).to.include({
        change: "added",
        path: "/data/b",
        manager,
      });
  });

  it("ignores what controllers are known to write, and the status", () => {
    const revision = { "f:metadata": { "f:annotations": { "f:deployment.kubernetes.io/revision": {} } } };
    const annotations = { "deployment.kubernetes.io/revision": "1" };
    const deployment = { ...object, kind: "Deployment" };
    const there = {
      ...live({ a: "1" }, [ours, held(revision, "kube-controller-manager")], { annotations }),
      kind: "Deployment",
    };
    expect(reported({ ...declared, object: deployment }, there)).to.be.empty;
    const status = { ...live({ a: "1" }, [ours, held({ "f:status": { "f:b": {} } })]), status: { b: "2" } };
    expect(reported(declared, status)).to.be.empty;
  });

  it("ignores the finalizers of the platform's controllers, and no other under their names", () => {
    const there = (finalizer: string) => {
      const fields = { "f:metadata": { "f:finalizers": { ".": {}, [`v:"${finalizer}"`]: {} } } };
      return live({ a: "1" }, [ours, held(fields, "manager")], { finalizers: [finalizer] });
    };
    expect(reported(declared, there("inferenceservice.finalizers"))).to.be.empty;
    expect(only(declared, there("example.org/hold"))).to.include({
      change: "added",
      path: "/metadata/finalizers/0",
      live: "example.org/hold",
    });
  });

  it("ignores what other resources of the stack write to the object", () => {
    const patch = { ...ours, manager: "stack-2", fieldsV1: withB };
    const managers = new Set(["stack-1", "stack-2"]);
    expect(reported({ ...declared, managers }, live({ a: "1", b: "2" }, [ours, patch]))).to.be.empty;
  });

  it("is reported when another field manager takes over declared fields unchanged, or owns them as well", () => {
    const fields = { "f:data": { "f:a": {} } };
    const lost = only(declared, live({ a: "1" }, [held(fields)]));
    expect(lost).to.include({ change: "re-owned", path: "", manager: "kubectl-edit" });
    const shared = only(declared, live({ a: "1" }, [ours, held(fields)]));
    expect(shared).to.include({ change: "re-owned", path: "/data/a", manager: "kubectl-edit" });
  });

  it("is reported when the object was recreated, or another object claims to own it", () => {
    const anew = live({ a: "1" }, [ours], { uid: "2", creationTimestamp: "2026-01-02T00:00:00Z" });
    expect(isAsDeclared(declared, anew)).to.equal(false);
    const drift = only(declared, anew);
    expect(drift).to.include({ change: "re-owned", path: "" });
    expect(drift.detail).to.include("2026-01-02T00:00:00Z");
    const owners = [{ kind: "Job", name: "j", uid: "9" }];
    const claim = held({ "f:metadata": { "f:ownerReferences": { ".": {}, 'k:{"uid":"9"}': {} } } });
    const claimed = judge(declared, live({ a: "1" }, [ours, claim], { ownerReferences: owners }));
    expect(claimed.map(({ change, path }) => `${change} ${path}`)).to.deep.equal([
      "re-owned /metadata/ownerReferences/0",
    ]);
  });

  it("is reported for an object without managed fields, compared with what was created", () => {
    const bare = { ...object, data: undefined };
    const made = { ...live({}), data: undefined };
    const named = { ...declared, object: bare, made };
    const there = { ...live({}, [], { labels: { x: "y" } }), data: undefined };
    expect(isAsDeclared(named, made)).to.equal(true);
    expect(only(named, there)).to.include({ change: "added", path: "/metadata/labels/x", live: "y" });
  });

  it("ignores a namespace's own finalizers, though managed fields name the last writer", () => {
    const metadata = { name: "demo", labels: { a: "1" } };
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata };
    const own = { ...ours, fieldsV1: { "f:metadata": { "f:labels": { "f:a": {} } } } };
    const tried = held({ "f:spec": { "f:finalizers": {} } });
    const there = { ...namespace, spec: { finalizers: ["kubernetes"] } };
    const { managedFields, uid } = { managedFields: [own, tried], uid: "1" };
    expect(judge({ ...declared, object: namespace }, { ...there, metadata: { ...metadata, uid, managedFields } })).to.be
      .empty;
  });

  it("is limited to its own fields for a patch resource", () => {
    const patch = { ...declared, isPatch: true };
    expect(reported(patch, live({ a: "1", b: "2" }, [held(withB)]))).to.be.empty;
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
    const drift = only(one, at("other"));
    expect(drift).to.include({ change: "changed", path: "/data/key" });
    expect(drift).not.to.have.any.keys("live", "declared");
  });
});
