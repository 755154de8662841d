import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ProductEndpoint, PublishedService } from "../products/product";

/**
 * Publishes pods at a port of every node: a Service of type NodePort, and a NetworkPolicy that lets requests to the pods.
 * @param opts - of both; the parent of both
 */
export function publishEndpoint(
  { nodePort }: ProductEndpoint,
  { name, namespace, selector, portName = "http", targetPort }: PublishedService,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return [
    new k8s.core.v1.Service(
      name,
      {
        // Its pods are ready already, or are those of an installation that is not awaited.
        metadata: { name, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: { type: "NodePort", selector, ports: [{ name: portName, port: 80, targetPort, nodePort }] },
      },
      opts,
    ),
    new k8s.networking.v1.NetworkPolicy(
      name,
      {
        metadata: { name, namespace },
        // Products may close their namespace to requests from outside.
        spec: {
          podSelector: { matchLabels: selector },
          policyTypes: ["Ingress"],
          ingress: [{ ports: [{ port: targetPort, protocol: "TCP" }] }],
        },
      },
      opts,
    ),
  ];
}
