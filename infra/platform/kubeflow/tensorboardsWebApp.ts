import type { Product } from "../product";

/** The page on which users start Tensorboards. Needs Istio, the gateway, and what runs them. Ready when its pods are. */
export const tensorboardsWebApp: Product = {
  name: "tensorboards-web-app",
  overlays: ["applications/tensorboard/tensorboards-web-app/upstream/overlays/istio"],
  needs: ["istio"],
  requires: ["kubeflow-istio-resources", "tensorboard-controller"],
};
