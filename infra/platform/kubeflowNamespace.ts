import type { Product } from "./product";

/** The namespace `kubeflow`, which several products share. Needs nothing; ready when it is there. */
export const kubeflowNamespace: Product = {
  name: "kubeflow-namespace",
  namespaces: ["kubeflow"],
  objects: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "kubeflow" } }],
};
