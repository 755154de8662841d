import { knativeOffers, ownRules, skipTagResolving } from "../knative";
import type { Product } from "../product";

/**
 * Knative Serving with Istio as its network layer. Needs Istio: its own webhooks make their certificates.
 * Ready when they judge `config-deployment` as it is here.
 */
export const knativeServing: Product = {
  name: "knative",
  overlays: ["common/knative/knative-serving/overlays/gateways"],
  needs: ["istio"],
  patches: [skipTagResolving, ownRules],
  offers: knativeOffers,
};
