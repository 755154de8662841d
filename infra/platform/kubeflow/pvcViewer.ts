import type { Product } from "../product";

/** PVCViewers: file browsers for volumes. Needs cert-manager. Ready when its webhooks answer. */
export const pvcViewer: Product = {
  name: "pvcviewer-controller",
  overlays: ["applications/pvcviewer-controller/upstream/base"],
  needs: ["cert-manager"],
};
