import { goModule, managerImage } from "../../toolchain/images/define";
import { type Patch, mapsAt, of, patch } from "../objects";
import { hardened, podTemplateOf } from "./podPatches";
import type { Product } from "./product";

/** https://github.com/kubeflow/trainer/releases/tag/v1.9.2: training operator v1, which TFJob needs. */
const version = "v1.9.2";
const source = {
  path: "github.com/kubeflow/training-operator",
  version,
  sum: "h1:w5McwkEb7J5QFRo8b8zR9DrgyLHNU2u03Srr9eyLJtc=",
};
const images = { controller: "ghcr.io/kubeflow/training-v1/training-operator:v1-3f15cb8" };
/** What pods of PyTorchJobs and MPIJobs start with; pulled when there are any. */
const helperImages = {
  initContainer: "docker.io/library/alpine:3.10",
  kubectlDelivery: "ghcr.io/kubeflow/training-v1/kubectl-delivery:latest",
};

/** Passes the operator's built-in default images explicitly, so that `imageMirror` can rewrite them. */
const explicitImages: Patch = patch(
  "explicit default images",
  of("Deployment", "training-operator", "kubeflow"),
  (object) => {
    const [container] = mapsAt(podTemplateOf(object), "containers");
    if (!container) return;
    const args = Array.isArray(container["args"]) ? container["args"] : [];
    container["args"] = [
      ...args,
      `--pytorch-init-container-image=${helperImages.initContainer}`,
      `--mpi-kubectl-delivery-image=${helperImages.kubectlDelivery}`,
    ];
  },
);

/**
 * The training operator, v1: runs TFJobs, PyTorchJobs and the like. Kubeflow's distribution has it, but not in its example installation.
 * It creates its webhook's certificate itself, in a Secret that it owns from then on.
 */
export const trainingOperator = {
  name: "training-operator",
  profiles: ["core", "full"],
  byProfile: {
    core: {
      sources: [{ kind: "module", ...source, overlay: "manifests/overlays/kubeflow" }],
      patches: [explicitImages, hardened({ cpu: "20m", memory: "96Mi", memoryLimit: "1Gi" })],
    },
    full: {
      dependsOn: [{ product: "kubeflow-namespace", mode: "ready" }],
      overlays: ["applications/training-operator/upstream/overlays/kubeflow"],
      patches: [explicitImages],
    },
  },
  webhookProbes: [
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
  images,
  recipes: {
    [images.controller]: managerImage(
      goModule("training-operator", version, { manager: `${source.path}/cmd/training-operator.v1` }),
    ),
  },
} satisfies Product;
