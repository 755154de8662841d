import type * as pulumi from "@pulumi/pulumi";
import type { NamespacedMetadata, PodTemplate } from "./metadata";
import { TypedResource } from "./typedResource";

/** The parts that processes of a distributed training play. */
export type ReplicaType = "Chief" | "Master" | "Worker" | "PS" | "Evaluator";

export interface ReplicaSpec {
  /** Default 1. */
  readonly replicas?: pulumi.Input<number>;
  /** When a pod that ended is started again. Default `Never`. */
  readonly restartPolicy?: pulumi.Input<"Always" | "OnFailure" | "Never" | "ExitCode">;
  /** The pods; the training's container is called `tensorflow`. */
  readonly template: PodTemplate;
}

/** What happens when the job ends or fails. */
export interface RunPolicy {
  /** Which pods go when the job has ended. Default `Running`. */
  readonly cleanPodPolicy?: pulumi.Input<"All" | "Running" | "None">;
  /** Seconds after which the job is given up. */
  readonly activeDeadlineSeconds?: pulumi.Input<number>;
  /** How often it is tried anew. */
  readonly backoffLimit?: pulumi.Input<number>;
  /** Whether it is held back. */
  readonly suspend?: pulumi.Input<boolean>;
}

export interface TFJobArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    readonly tfReplicaSpecs: Readonly<Partial<Record<ReplicaType, ReplicaSpec>>>;
    readonly runPolicy?: RunPolicy;
    /** Which pods' success is the job's: the first worker's, or all workers'. */
    readonly successPolicy?: pulumi.Input<"" | "AllWorkers">;
  };
}

/**
 * A distributed training with TensorFlow (training operator v1). Created when it has Succeeded. A finished job is a record: it is not
 * cleaned up, since one that is gone would be run again.
 */
export class TFJob extends TypedResource {
  constructor(name: string, args: TFJobArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "kubeflow.org/v1", kind: "TFJob", readyWhen: "Succeeded" }, name, args, opts);
  }
}
