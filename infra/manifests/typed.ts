import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { type KubernetesObject, groupOf } from "../objects/object";

/** API groups with resource classes of their own in the SDK, by the name of their module there. */
const groups: Readonly<Record<string, string>> = {
  "": "core",
  "admissionregistration.k8s.io": "admissionregistration",
  "apiregistration.k8s.io": "apiregistration",
  apps: "apps",
  autoscaling: "autoscaling",
  batch: "batch",
  "coordination.k8s.io": "coordination",
  "networking.k8s.io": "networking",
  "node.k8s.io": "node",
  policy: "policy",
  "rbac.authorization.k8s.io": "rbac",
  "scheduling.k8s.io": "scheduling",
  "storage.k8s.io": "storage",
};

type ResourceClass = new (name: string, args: unknown, opts?: pulumi.CustomResourceOptions) => pulumi.CustomResource;

/**
 * Registers an object as the resource that the SDK has for its kind, so that mocks, transforms, policies and previews see its kind.
 * @param name the resource's name, apart from the object's own
 */
export function typedResource(
  name: string,
  object: KubernetesObject,
  opts: pulumi.CustomResourceOptions,
): pulumi.CustomResource {
  const found = classOf(object);
  if (found) return new found(name, object, opts);
  const { apiVersion, kind, metadata, ...others } = object;
  return new k8s.apiextensions.CustomResource(name, { apiVersion, kind, metadata, ...others }, opts);
}

function classOf(object: KubernetesObject): ResourceClass | undefined {
  const group = groups[groupOf(object)];
  if (group === undefined) return undefined;
  const version = object.apiVersion.slice(object.apiVersion.indexOf("/") + 1);
  const found: unknown = [group, version, object.kind].reduce<unknown>(
    (module, key) => (typeof module === "object" && module !== null ? Reflect.get(module, key) : undefined),
    k8s,
  );
  return typeof found === "function" ? (found as ResourceClass) : undefined;
}
