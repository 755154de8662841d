import type { Product } from "../product";

/** PodDefaults: adds what a PodDefault says to the pods that it selects. Needs cert-manager. Ready when its webhook answers. */
export const podDefaults: Product = {
  name: "poddefaults",
  overlays: ["applications/admission-webhook/upstream/overlays/cert-manager"],
  needs: ["cert-manager"],
};
