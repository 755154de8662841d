import type { Product } from "../product";

/** The page that shows InferenceServices. Needs Istio, the gateway and KServe. Ready when its pods are. */
export const modelsWebApp: Product = {
  name: "models-web-app",
  overlays: ["applications/kserve/models-web-app/overlays/kubeflow"],
  needs: ["istio", "kserve"],
  requires: ["kubeflow-istio-resources"],
};
