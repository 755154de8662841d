import { mapsAt, of, patch } from "../objects";
import type { Product } from "./product";

/** istiod sets this to `Fail` once it runs: it starts as `Ignore` so that istiod can start. Declared, every heal would revert it. */
const ownFailurePolicy = patch(
  "failure policy that istiod writes",
  of("ValidatingWebhookConfiguration", "istio-validator-istio-system"),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["failurePolicy"];
  },
);

/** Istio: the mesh that Kubeflow's requests go through, and its ingress gateway. */
export const istio: Product = {
  name: "istio",
  profiles: ["full"],
  namespaces: ["istio-system"],
  dependsOn: [{ product: "kubeflow-namespace", mode: "ready" }],
  overlays: [
    "common/istio/istio-crds/base",
    "common/istio/istio-namespace/base",
    "common/istio/istio-install/overlays/oauth2-proxy",
  ],
  patches: [ownFailurePolicy],
  orphans: [
    // istiod puts its root certificate into every namespace.
    { apiVersion: "v1", plural: "configmaps", name: "istio-ca-root-cert", labels: { "istio.io/config": "true" } },
  ],
};
