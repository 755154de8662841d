import type { Product } from "./product";

/** The namespace `kubeflow`, which several products share; in profile full also `kubeflow-system`, and who may talk to whom in them. */
export const kubeflowNamespace: Product = {
  name: "kubeflow-namespace",
  profiles: ["core", "full"],
  namespaces: ["kubeflow", "kubeflow-system"],
  byProfile: {
    core: { objects: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "kubeflow" } }] },
    full: { overlays: ["common/kubeflow-namespace/base"] },
  },
};
