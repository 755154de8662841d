import { type KubernetesObject, groupOf, mapAt } from "../objects/object";

/** Groups whose objects own no others, but for the kinds of `owners`. Events and EndpointSlices need nobody to wait for them. */
const groupsWithoutOwned = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiregistration.k8s.io",
  "autoscaling",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);
const owners = new Set(["Pod", "ReplicationController"]);

/**
 * The object with the annotation that has the Kubernetes provider delete it in the background, if it owns no other object.
 *
 * The provider deletes in the foreground by default: a finalizer then holds each object until the cluster's garbage collector has
 * removed it, which handles about twenty objects a second. Deployments and the like keep that default, so that their pods are gone
 * before what the pods need is deleted.
 */
export function inBackground(object: KubernetesObject): KubernetesObject {
  if (!groupsWithoutOwned.has(groupOf(object)) || owners.has(object.kind)) return object;
  const annotations = {
    ...mapAt(object.metadata, "annotations"),
    "pulumi.com/deletionPropagationPolicy": "background",
  };
  return { ...object, metadata: { ...object.metadata, annotations } };
}
