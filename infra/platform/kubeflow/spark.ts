import type { Product } from "../product";

/** The Spark operator: runs SparkApplications. Needs the namespaces: its webhook makes its own certificate. Ready when that answers. */
export const spark: Product = {
  name: "spark-operator",
  overlays: ["applications/spark/spark-operator/overlays/kubeflow"],
  needs: ["kubeflow-namespace"],
};
