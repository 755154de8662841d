import type { Product } from "../product";

/** The gateway for requests that stay inside the cluster. Needs Istio. Ready when its pods are. */
export const clusterLocalGateway: Product = {
  name: "cluster-local-gateway",
  overlays: ["common/istio/cluster-local-gateway/base"],
  needs: ["istio"],
};
