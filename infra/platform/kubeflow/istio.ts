import { mapsAt, of, patch } from "../../manifests";
import type { Product } from "../product";

/** istiod hardens its validation once it runs: it was lenient only so that it could start. Declared, it would be softened by every heal. */
const ownFailurePolicy = patch(
  "failure policy that istiod writes",
  of("ValidatingWebhookConfiguration", "istio-validator-istio-system"),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["failurePolicy"];
  },
);

/** Istio: the mesh that Kubeflow's requests go through, and its ingress gateway. Needs the namespaces. Ready when istiod's webhooks answer. */
export const istio: Product = {
  name: "istio",
  namespaces: ["istio-system"],
  overlays: [
    "common/istio/istio-crds/base",
    "common/istio/istio-namespace/base",
    "common/istio/istio-install/overlays/oauth2-proxy",
  ],
  needs: ["kubeflow-namespace"],
  patches: [ownFailurePolicy],
  leftovers: [
    // istiod puts its root certificate into every namespace there is.
    { apiVersion: "v1", plural: "configmaps", name: "istio-ca-root-cert", labels: { "istio.io/config": "true" } },
  ],
};
