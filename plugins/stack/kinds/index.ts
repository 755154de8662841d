/** Every kind of resource of our own, loaded when the engine first asks for its type. Types keep the tokens that states hold. */
import type { AnyKind, LazyKind } from "../../base";

export const kinds: (AnyKind | LazyKind)[] = [
  { type: "kubeflow-stack:cluster:LocalNode", load: async () => (await import("./localNode.js")).localNode },
  { type: "kubeflow-stack:cluster:CrdVersions", load: async () => (await import("./crdPreflight.js")).crdPreflight },
  { type: "kubeflow-stack:manifests:CrdSet", load: async () => (await import("./crdSet.js")).crdSet },
  { type: "kubeflow-stack:manifests:WebhookReady", load: async () => (await import("./webhookReady.js")).webhookReady },
  {
    type: "kubeflow-stack:manifests:CustomResources",
    load: async () => (await import("./customResourceCleanup.js")).customResourceCleanup,
  },
  { type: "kubeflow-stack:manifests:Leftovers", load: async () => (await import("./orphanCleanup.js")).orphanCleanup },
  { type: "kubeflow-stack:manifests:Milestone", load: async () => (await import("./barrier.js")).barrier },
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
