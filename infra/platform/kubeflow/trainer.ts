import type { Product } from "../product";

/** The trainer, v2: runs TrainJobs by JobSets. Needs the namespaces: its webhooks make their own certificates. Ready when they answer. */
export const trainer: Product = {
  name: "trainer",
  overlays: ["applications/trainer/overlays"],
  needs: ["kubeflow-namespace"],
};
