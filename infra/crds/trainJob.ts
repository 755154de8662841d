import type * as pulumi from "@pulumi/pulumi";
import type { Container, NamespacedMetadata, PodSpec, TextMap } from "./metadata";
import { TypedResource } from "./typedResource";

/** What is fetched before the training starts. */
export interface TrainJobInitializer {
  /** Where it lies, as in `s3://mlpipeline/mnist`, `hf://…`. */
  readonly storageUri?: pulumi.Input<string>;
  readonly env?: Container["env"];
  /** A Secret of the namespace with what fetching needs. */
  readonly secretRef?: { readonly name: pulumi.Input<string> };
}

/** Changes to a container that the runtime has. */
export interface ContainerOverride {
  readonly name: pulumi.Input<string>;
  readonly env?: Container["env"];
  readonly volumeMounts?: Container["volumeMounts"];
}

/** Changes to the pods of some of the runtime's jobs. */
export interface PodTemplateOverride {
  /** The jobs by their names in the runtime: `node` for the training itself. */
  readonly targetJobs: readonly { readonly name: pulumi.Input<string> }[];
  readonly metadata?: { readonly labels?: TextMap; readonly annotations?: TextMap };
  readonly spec?: {
    readonly serviceAccountName?: pulumi.Input<string>;
    readonly nodeSelector?: TextMap;
    readonly affinity?: PodSpec["affinity"];
    readonly tolerations?: PodSpec["tolerations"];
    readonly volumes?: PodSpec["volumes"];
    readonly imagePullSecrets?: PodSpec["imagePullSecrets"];
    readonly containers?: readonly ContainerOverride[];
    readonly initContainers?: readonly ContainerOverride[];
  };
}

export interface TrainJobArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    /** The runtime whose template is run; cannot be changed afterwards. */
    readonly runtimeRef: {
      readonly name: pulumi.Input<string>;
      /** Default `ClusterTrainingRuntime`. */
      readonly kind?: pulumi.Input<"ClusterTrainingRuntime" | "TrainingRuntime">;
      /** Default `trainer.kubeflow.org`. */
      readonly apiGroup?: pulumi.Input<string>;
    };
    /** The training's own container; what is left out is the runtime's. */
    readonly trainer?: {
      readonly image?: pulumi.Input<string>;
      readonly command?: readonly pulumi.Input<string>[];
      readonly args?: readonly pulumi.Input<string>[];
      readonly env?: Container["env"];
      /** How many pods train. */
      readonly numNodes?: pulumi.Input<number>;
      /** Processes in each pod: a number, or for PyTorch also `auto`, `cpu`, `gpu`. */
      readonly numProcPerNode?: pulumi.Input<number | "auto" | "cpu" | "gpu">;
      /** What each pod asks for and may use. */
      readonly resourcesPerNode?: Container["resources"];
    };
    readonly initializer?: { readonly dataset?: TrainJobInitializer; readonly model?: TrainJobInitializer };
    readonly podTemplateOverrides?: readonly PodTemplateOverride[];
    /** For the JobSet and its Jobs. */
    readonly labels?: TextMap;
    readonly annotations?: TextMap;
    /** Whether it is held back. Default: no. */
    readonly suspend?: pulumi.Input<boolean>;
    /** Who runs it; cannot be changed afterwards. Default: the Trainer. */
    readonly managedBy?: pulumi.Input<"trainer.kubeflow.org/trainjob-controller" | "kueue.x-k8s.io/multikueue">;
  };
}

/** A training by a runtime's template (Kubeflow Trainer v2). Created when it is Complete. */
export class TrainJob extends TypedResource {
  constructor(name: string, args: TrainJobArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "trainer.kubeflow.org/v1alpha1", kind: "TrainJob", readyWhen: "Complete" }, name, args, opts);
  }
}
