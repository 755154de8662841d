import { expect } from "chai";
import { restoreOutputs, trimmed } from "./trimmedState";
import type { Deployment, StateResource } from "./stack";

const annotations = { "pulumi.com/deletionPropagationPolicy": "orphan" };
const resource = (name: string, more: object = {}): StateResource => ({
  urn: `urn::${name}`,
  type: "kubernetes:apps/v1:Deployment",
  id: `team/${name}`,
  custom: true,
  inputs: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec: { replicas: 1 } },
  outputs: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    spec: { replicas: 1 },
    status: { replicas: 1 },
    metadata: { name, namespace: "team", uid: "1", managedFields: [{ manager: "somebody" }] },
    __inputs: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, annotations }, spec: { replicas: 1 } },
    __fieldManager: "pulumi-kubernetes-1",
    __initialApiVersion: "apps/v1",
  },
  ...more,
});
const stateOf = (...resources: StateResource[]): Deployment => ({ version: 3, deployment: { resources } });

describe("a state that is to be taken down", () => {
  const patch = resource("patch", { type: "kubernetes:core/v1:NamespacePatch" });
  const bucket = resource("bucket", { type: "kubeflow-stack:storage:Bucket" });
  const before = stateOf(resource("one"), resource("two"), patch, bucket);

  it("has of objects what a deletion needs, and all of what is not an object", () => {
    const [one, , ...others] = trimmed(before).deployment.resources ?? [];
    expect(one?.outputs).to.deep.equal({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "one", namespace: "team", uid: "1" },
      __inputs: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "one", annotations } },
      __fieldManager: "pulumi-kubernetes-1",
      __initialApiVersion: "apps/v1",
    });
    expect(one?.inputs).to.deep.equal(resource("one").inputs);
    expect(others).to.deep.equal([patch, bucket]);
  });

  it("is what it was again, as far as it is still there", () => {
    expect(restoreOutputs(trimmed(before), before)).to.deep.equal(before);
    const made = resource("two", { id: "team/another" });
    expect(restoreOutputs(trimmed(stateOf(resource("one"), made)), before).deployment.resources).to.deep.equal([
      resource("one"),
      ...(trimmed(stateOf(made)).deployment.resources ?? []),
    ]);
  });
});
