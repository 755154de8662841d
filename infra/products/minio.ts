import { minioEndpoints, minioImages, minioRecipes } from "./minioServer";
import type { Product } from "./product";

/** MinIO: the object store of Kubeflow's components and of the workloads, in the namespace `kubeflow`. */
export const minio: Product = {
  name: "minio",
  profiles: ["core", "full"],
  dependsOn: [{ product: "kubeflow-namespace", mode: "ready" }],
  endpoints: [minioEndpoints.api, minioEndpoints.console],
  outputs: ({ objectStore }) => (objectStore ? { bucket: objectStore.bucket } : {}),
  images: minioImages,
  recipes: minioRecipes,
  component: {
    load: async () => (await import("./objectStore.js")).createObjectStore,
    namespaces: ["kubeflow"],
    secrets: [
      { name: "minio-root", namespace: "kubeflow" },
      { name: "mlpipeline-minio-artifact", namespace: "kubeflow" },
    ],
  },
};
