import { type Patch, mapsAt, of, patch } from "../manifests";
import { platform } from "../versions";
import { hardened, podTemplateOf } from "./podPatches";
import type { Product } from "./product";

/** What the program would take by itself, said so that a mirror of images is heeded. */
export const saidImages: Patch = patch("images said", of("Deployment", "training-operator", "kubeflow"), (object) => {
  const [container] = mapsAt(podTemplateOf(object), "containers");
  if (!container) return;
  const { initContainer, kubectlDelivery } = platform.trainingOperator.helperImages;
  const args = Array.isArray(container["args"]) ? container["args"] : [];
  container["args"] = [
    ...args,
    `--pytorch-init-container-image=${initContainer}`,
    `--mpi-kubectl-delivery-image=${kubectlDelivery}`,
  ];
});

/**
 * The training operator, v1: runs TFJobs and their kin.
 * Needs nothing: it makes its webhook's certificate itself, into a Secret that is its own from then on. Ready when that webhook judges a TFJob.
 */
export const trainingOperator: Product = {
  name: "training-operator",
  sources: [{ kind: "module", ...platform.trainingOperator.module, overlay: "manifests/overlays/kubeflow" }],
  patches: [saidImages, hardened({ cpu: "20m", memory: "96Mi", memoryLimit: "1Gi" })],
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
