import type { Product } from "../product";

/** The page on which users manage volumes. Needs Istio, the gateway, and the viewers it lists. Ready when its pods are. */
export const volumesWebApp: Product = {
  name: "volumes-web-app",
  overlays: ["applications/volumes-web-app/upstream/overlays/istio"],
  needs: ["istio"],
  requires: ["kubeflow-istio-resources", "pvcviewer-controller"],
};
