import type { Product } from "../product";

/** The namespaces `kubeflow` and `kubeflow-system`, and who may talk to whom in them. Needs nothing; ready when they are there. */
export const namespaces: Product = {
  name: "kubeflow-namespace",
  namespaces: ["kubeflow", "kubeflow-system"],
  overlays: ["common/kubeflow-namespace/base"],
};
