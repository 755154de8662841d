import { kserveOffers } from "../kserve";
import type { Product } from "../product";

/**
 * KServe with its controllers for language models and cached models, in the namespace `kubeflow`.
 * Needs cert-manager and Istio, and looks for Knative's kinds once, when it starts. Ready when its webhooks judge an InferenceService.
 */
export const kserveServing: Product = {
  name: "kserve",
  overlays: ["applications/kserve/kserve"],
  needs: ["cert-manager", "istio"],
  needsKindsOf: ["knative"],
  offers: kserveOffers("kubeflow"),
};
