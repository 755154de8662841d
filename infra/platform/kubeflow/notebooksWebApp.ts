import type { Product } from "../product";

/** The page on which users make notebooks. Needs Istio. Ready when its pods are. */
export const notebooksWebApp: Product = {
  name: "jupyter-web-app",
  overlays: ["applications/jupyter/jupyter-web-app/upstream/overlays/istio"],
  needs: ["istio"],
};
