import { expect } from "chai";
import type { KubernetesObject } from "../objects/object";
import { inBackground } from "./deletion";

describe("deletion of manifests' objects", () => {
  const policyOf = (apiVersion: string, kind: string): unknown => {
    const object: KubernetesObject = { apiVersion, kind, metadata: { name: "x", annotations: { kept: "yes" } } };
    const annotations = inBackground(object).metadata["annotations"] as Record<string, string>;
    expect(annotations["kept"]).to.equal("yes");
    return annotations["pulumi.com/deletionPropagationPolicy"];
  };

  for (const [apiVersion, kind] of [
    ["v1", "ConfigMap"],
    ["v1", "Service"],
    ["rbac.authorization.k8s.io/v1", "ClusterRole"],
    ["admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration"],
  ] as const)
    it(`is in the background for a ${kind}, which owns no other object`, () => {
      expect(policyOf(apiVersion, kind)).to.equal("background");
    });

  for (const [apiVersion, kind] of [
    ["v1", "Pod"],
    ["apps/v1", "Deployment"],
    ["batch/v1", "Job"],
    ["serving.kserve.io/v1beta1", "InferenceService"],
  ] as const)
    it(`stays in the foreground for a ${kind}, which may own others`, () => {
      expect(policyOf(apiVersion, kind)).to.be.undefined;
    });
});
