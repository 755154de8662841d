import { certManager } from "../certManager";
import type { Product } from "../product";

/**
 * cert-manager as the distribution has it (a later release than profile `core` can take from registries), and the issuer that signs for Kubeflow.
 * Needs nothing. Ready when its webhook judges an Issuer.
 */
export const certificates: Product = {
  name: "cert-manager",
  namespaces: ["cert-manager"],
  overlays: ["common/cert-manager/overlays/kubeflow"],
  offers: certManager.offers ?? [],
};
