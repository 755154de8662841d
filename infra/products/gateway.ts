import type { Product } from "./product";

/**
 * The gateway `kubeflow-gateway`, and the roles for Istio's kinds. What lies behind it trusts the user name in a request's header, so that
 * it is published only once oauth2-proxy guards it.
 */
export const gateway: Product = {
  name: "kubeflow-istio-resources",
  profiles: ["full"],
  dependsOn: [
    { product: "kubeflow-namespace", mode: "ready" },
    { product: "istio", mode: "ready" },
    { product: "oauth2-proxy", mode: "present" },
  ],
  overlays: ["common/istio/kubeflow-istio-resources/base"],
  endpoints: [
    {
      name: "dashboard",
      nodePort: 30082,
      defaultPort: 8082,
      what: "Kubeflow's dashboard",
      condition: "in profile full",
      output: "dashboardUrl",
      label: "Dashboard",
      note: ({ dashboardUser }) => (typeof dashboardUser === "string" ? `as ${dashboardUser}` : undefined),
      service: {
        name: "kubeflow-dashboard",
        namespace: "istio-system",
        selector: { app: "istio-ingressgateway", istio: "ingressgateway" },
        portName: "http2",
        targetPort: 8080,
        formerParent: { type: "kubeflow-stack:platform:Access", name: "access" },
      },
    },
  ],
};
