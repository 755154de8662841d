import type { Product } from "../product";

/** The page on which users make notebooks. Needs Istio, the gateway, and the kinds it lists. Ready when its pods are. */
export const notebooksWebApp: Product = {
  name: "jupyter-web-app",
  overlays: ["applications/jupyter/jupyter-web-app/upstream/overlays/istio"],
  needs: ["istio"],
  requires: ["kubeflow-istio-resources", "notebook-controller", "poddefaults"],
};
