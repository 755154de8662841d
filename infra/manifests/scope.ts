/** Which objects lie in a namespace: upstream gives one to some that cannot have any, and the API server silently drops it. */
import { type KubernetesObject, groupOf, textAt } from "../objects/object";

/** Kubernetes's own kinds that lie in no namespace, as far as manifests have them. */
const clusterKinds: ReadonlySet<string> = new Set([
  ".Namespace",
  ".Node",
  ".PersistentVolume",
  "apiextensions.k8s.io.CustomResourceDefinition",
  "apiregistration.k8s.io.APIService",
  "networking.k8s.io.IngressClass",
  "node.k8s.io.RuntimeClass",
  "rbac.authorization.k8s.io.ClusterRole",
  "rbac.authorization.k8s.io.ClusterRoleBinding",
  "scheduling.k8s.io.PriorityClass",
  "storage.k8s.io.CSIDriver",
  "storage.k8s.io.StorageClass",
  ...["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"].map(admission),
  ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding"].map(admission),
]);

function admission(kind: string): string {
  return `admissionregistration.k8s.io.${kind}`;
}

/**
 * Removes the namespace of every cluster-scoped object: with one, the object would never be found again.
 * @param objects changed in place; the CRDs among them say which of their kinds lie in no namespace
 */
export function dropNamespaces(objects: readonly KubernetesObject[]): void {
  const ownKinds = objects
    .filter(({ kind, spec }) => kind === "CustomResourceDefinition" && textAt(spec, "scope") === "Cluster")
    .map(({ spec }) => `${textAt(spec, "group")}.${textAt(spec, "names", "kind")}`);
  const without = new Set([...clusterKinds, ...ownKinds]);
  for (const object of objects)
    if (without.has(`${groupOf(object)}.${object.kind}`)) delete object.metadata["namespace"];
}
