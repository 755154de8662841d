import type * as pulumi from "@pulumi/pulumi";
import { ManifestSet, type RenderedManifest } from "../manifests";
import { type ProductContext, fromContext } from "./context";
import { hardened } from "./podPatches";

export interface TrainingOperatorArgs extends ProductContext {
  readonly manifest: RenderedManifest;
  /** The namespace `kubeflow`, in which upstream's manifests put it. */
  readonly namespace: pulumi.Resource;
}

/**
 * The training operator, v1: runs TFJobs and their kin.
 * Needs nothing: it makes its webhook's certificate itself, into a Secret that is its own from then on. Ready when that webhook judges a TFJob.
 */
export class TrainingOperator extends ManifestSet {
  constructor(name: string, args: TrainingOperatorArgs, opts?: pulumi.ComponentResourceOptions) {
    super(
      name,
      {
        ...fromContext(args),
        manifest: args.manifest,
        patches: [hardened({ cpu: "20m", memory: "96Mi", memoryLimit: "1Gi" })],
        namespaces: [args.namespace],
        filledByControllers: ["Secret kubeflow/training-operator-webhook-cert"],
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
      },
      opts,
    );
  }
}
