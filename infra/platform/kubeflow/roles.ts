import type { Product } from "../product";

/** The roles `kubeflow-admin`, `kubeflow-edit` and `kubeflow-view`, which gather those of the products. Needs nothing. */
export const roles: Product = {
  name: "kubeflow-roles",
  overlays: ["common/kubeflow-roles/base"],
};
