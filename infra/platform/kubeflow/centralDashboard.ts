import type { Product } from "../product";

/** The central dashboard: the page from which users reach the others. Needs Istio, the gateway and profiles. Ready when its pods are. */
export const centralDashboard: Product = {
  name: "centraldashboard",
  overlays: ["applications/centraldashboard/overlays/oauth2-proxy"],
  needs: ["istio"],
  requires: ["kubeflow-istio-resources", "profiles"],
};
