import type { Product } from "../product";

/** The Tensorboard controller: runs Tensorboards. Needs the namespaces. Ready when its pods are. */
export const tensorboardController: Product = {
  name: "tensorboard-controller",
  overlays: ["applications/tensorboard/tensorboard-controller/upstream/overlays/kubeflow"],
  needs: ["kubeflow-namespace"],
};
