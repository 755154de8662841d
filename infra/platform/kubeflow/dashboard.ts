import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import { dashboardEndpoint } from "./dashboardEndpoint";

const namespace = "istio-system";
const selector = { app: "istio-ingressgateway", istio: "ingressgateway" };
/** The gateway's own port for HTTP. */
const port = 8080;

/**
 * Publishes Istio's ingress gateway, behind which the central dashboard is, on a port of every node.
 * @param opts of its resources; the parent of all
 */
export function publishDashboard(opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
  const metadata = { name: "kubeflow-dashboard", namespace };
  return [
    new k8s.core.v1.Service(
      "kubeflow-dashboard",
      {
        metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          type: "NodePort",
          selector,
          ports: [{ name: "http2", port: 80, targetPort: port, nodePort: dashboardEndpoint.nodePort }],
        },
      },
      opts,
    ),
    new k8s.networking.v1.NetworkPolicy(
      "kubeflow-dashboard",
      {
        metadata,
        // Upstream closes the namespace to others, and with it the gateway to whoever comes from outside.
        spec: {
          podSelector: { matchLabels: selector },
          policyTypes: ["Ingress"],
          ingress: [{ ports: [{ port, protocol: "TCP" }] }],
        },
      },
      opts,
    ),
  ];
}
