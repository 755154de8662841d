import type { Product } from "../product";

/** The notebook controller: runs Notebooks. Needs the namespaces. Ready when its pods are. */
export const notebookController: Product = {
  name: "notebook-controller",
  overlays: ["applications/jupyter/notebook-controller/upstream/overlays/kubeflow"],
  needs: ["kubeflow-namespace"],
};
