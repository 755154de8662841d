import { saidImages, trainingOperator } from "../trainingOperator";
import type { Product } from "../product";

/**
 * The training operator, v1, which TFJobs need; in the distribution, but not in its example.
 * Needs the namespaces: its webhook makes its own certificate. Ready when that judges a TFJob.
 */
export const trainingOperatorV1: Product = {
  name: "training-operator",
  overlays: ["applications/training-operator/upstream/overlays/kubeflow"],
  needs: ["kubeflow-namespace"],
  patches: [saidImages],
  offers: trainingOperator.offers ?? [],
};
