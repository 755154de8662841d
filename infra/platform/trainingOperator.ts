import { platform } from "../versions";
import { hardened } from "./podPatches";
import type { Product } from "./product";

/**
 * The training operator, v1: runs TFJobs and their kin.
 * Needs nothing: it makes its webhook's certificate itself, into a Secret that is its own from then on. Ready when that webhook judges a TFJob.
 */
export const trainingOperator: Product = {
  name: "training-operator",
  sources: [{ kind: "module", ...platform.trainingOperator.module, overlay: "manifests/overlays/kubeflow" }],
  patches: [hardened({ cpu: "20m", memory: "96Mi", memoryLimit: "1Gi" })],
  offers: [
    {
      apiVersion: "kubeflow.org/v1",
      kind: "TFJob",
      metadata: { name: "kubeflow-stack-trial", namespace: "kubeflow" },
      spec: {
        tfReplicaSpecs: {
          Worker: { replicas: 1, template: { spec: { containers: [{ name: "tensorflow", image: "trial" }] } } },
        },
      },
    },
  ],
};
