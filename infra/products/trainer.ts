import { goModule, managerImage } from "../../toolchain/images/define";
import type { Product } from "./product";

/** https://github.com/kubeflow/trainer/releases/tag/v2.1.0: the trainer of 26.03, whose program is a Go module. */
const version = "v2.1.0";
/** https://github.com/kubernetes-sigs/jobset/releases/tag/v0.10.1: what the trainer runs its jobs by; a Go module, too. */
const jobSetVersion = "v0.10.1";

/** The images that the distribution's manifests name and that registries of Go modules can replace. */
export const trainerImages = {
  controller: `ghcr.io/kubeflow/trainer/trainer-controller-manager:${version}`,
  jobSet: `us-central1-docker.pkg.dev/k8s-staging-images/jobset/jobset:${jobSetVersion}`,
};

/** The trainer, v2: runs TrainJobs by JobSets. Its webhooks create their own certificates. */
export const trainer: Product = {
  name: "trainer",
  profiles: ["full"],
  dependsOn: [{ product: "kubeflow-namespace", mode: "ready" }],
  overlays: ["applications/trainer/overlays"],
  recipes: {
    [trainerImages.controller]: managerImage(
      goModule("trainer", version, { manager: "github.com/kubeflow/trainer/v2/cmd/trainer-controller-manager" }),
    ),
    [trainerImages.jobSet]: managerImage(goModule("jobset", jobSetVersion, { manager: "sigs.k8s.io/jobset" })),
  },
};
