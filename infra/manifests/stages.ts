/** The order of a product's objects, which replaces upstream's "apply until it works". */
import { type KubernetesObject, groupOf, namespaceOf } from "../objects/object";

/**
 * - `namespace`: first of all;
 * - `foundation`: what workloads need to start: accounts, roles, configuration, services, certificates of another product;
 * - `workload`: pods, and with them the webhooks' servers;
 * - `webhook`: beside the workloads, since some servers are ready only when their configuration is there;
 * - `custom`: objects of the product's own kinds, judged by its own webhooks.
 */
export type Stage = "namespace" | "foundation" | "workload" | "webhook" | "custom";

const workloads = new Set(["Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "ReplicaSet", "Pod"]);
const webhooks = new Set(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "APIService"]);

/** The stage an object belongs to, given the API groups that the product itself defines. */
export function stageOf(object: KubernetesObject, ownGroups: ReadonlySet<string>): Stage {
  if (object.kind === "Namespace" && object.apiVersion === "v1") return "namespace";
  if (workloads.has(object.kind)) return "workload";
  if (webhooks.has(object.kind)) return "webhook";
  return ownGroups.has(groupOf(object)) ? "custom" : "foundation";
}

/** Whether an object is of a kind that Kubernetes itself does not have, and so needs another product's CRDs and webhooks. */
export function isForeign(object: KubernetesObject): boolean {
  const group = groupOf(object);
  return group.includes(".") && !group.endsWith(".k8s.io");
}

/** The namespaces that the objects are in. */
export function namespacesOf(objects: readonly KubernetesObject[]): Set<string> {
  return new Set(objects.flatMap((object) => namespaceOf(object) ?? []));
}
