/** Every kind of resource of our own. Each is loaded when the first of its type comes by. */
import type { AnyKind, LazyKind } from "../../base";

export const kinds: (AnyKind | LazyKind)[] = [
  { type: "kubeflow-stack:cluster:LocalNode", load: async () => (await import("./localNode.js")).localNode },
  { type: "kubeflow-stack:cluster:CrdVersions", load: async () => (await import("./crdVersions.js")).crdVersions },
  { type: "kubeflow-stack:manifests:CrdSet", load: async () => (await import("./crdSet.js")).crdSet },
  { type: "kubeflow-stack:manifests:WebhookReady", load: async () => (await import("./webhookReady.js")).webhookReady },
  {
    type: "kubeflow-stack:manifests:CustomResources",
    load: async () => (await import("./customResources.js")).customResources,
  },
  { type: "kubeflow-stack:manifests:Leftovers", load: async () => (await import("./leftovers.js")).leftovers },
  { type: "kubeflow-stack:manifests:Milestone", load: async () => (await import("./milestone.js")).milestone },
  { type: "kubeflow-stack:images:ImageBuild", load: async () => (await import("./imageBuild.js")).imageBuild },
  {
    type: "kubeflow-stack:images:ContainerImage",
    load: async () => (await import("./containerImage.js")).containerImage,
  },
  { type: "kubeflow-stack:storage:Bucket", load: async () => (await import("./bucket.js")).bucket },
  { type: "kubeflow-stack:storage:BucketUser", load: async () => (await import("./bucketUser.js")).bucketUser },
  { type: "kubeflow-stack:storage:ModelVersion", load: async () => (await import("./modelVersion.js")).modelVersion },
  { type: "kubeflow-stack:serving:Rollout", load: async () => (await import("./rollout.js")).rollout },
];
