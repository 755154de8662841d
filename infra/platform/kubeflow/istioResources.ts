import type { Product } from "../product";
import { dashboardEndpoint } from "./dashboardEndpoint";

/**
 * The gateway `kubeflow-gateway` and the roles for Istio's kinds. Needs Istio and the namespaces, and oauth2-proxy to guard it: what lies behind
 * believes whatever name a request gives. Ready when they are there.
 */
export const istioResources: Product = {
  name: "kubeflow-istio-resources",
  overlays: ["common/istio/kubeflow-istio-resources/base"],
  needs: ["kubeflow-namespace", "istio"],
  requires: ["oauth2-proxy"],
  endpoints: [dashboardEndpoint],
};
