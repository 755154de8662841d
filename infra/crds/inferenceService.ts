import type * as pulumi from "@pulumi/pulumi";
import type { Container, NamespacedMetadata, PodSpec } from "./metadata";
import { TypedResource } from "./typedResource";

/** How an InferenceService's pods are run. */
export type DeploymentMode = "Standard" | "Knative";

/** The model that a predictor serves. */
export interface PredictorModel {
  /** What it is, by which a runtime is chosen: `tfjs`, `sklearn`, … */
  readonly modelFormat: { readonly name: pulumi.Input<string>; readonly version?: pulumi.Input<string> };
  /** Where it lies, as in `s3://mlpipeline/digits/0123456789abcdef`. */
  readonly storageUri: pulumi.Input<string>;
  /** The ServingRuntime to use. Default: one that says it serves the format. */
  readonly runtime?: pulumi.Input<string>;
  /** The protocol that clients speak to it: `v1` or `v2`. Default: the runtime's first. */
  readonly protocolVersion?: pulumi.Input<string>;
  readonly env?: Container["env"];
  readonly args?: Container["args"];
  readonly ports?: Container["ports"];
  readonly resources?: Container["resources"];
  readonly readinessProbe?: Container["readinessProbe"];
  readonly livenessProbe?: Container["livenessProbe"];
  readonly lifecycle?: Container["lifecycle"];
}

/** A rollout's limits, in pods or per cent. */
export interface DeploymentStrategy {
  readonly type?: pulumi.Input<"RollingUpdate" | "Recreate">;
  readonly rollingUpdate?: {
    readonly maxSurge?: pulumi.Input<number | string>;
    readonly maxUnavailable?: pulumi.Input<number | string>;
  };
}

export interface Predictor {
  readonly model: PredictorModel;
  /** The account whose Secrets let the model be fetched. */
  readonly serviceAccountName?: pulumi.Input<string>;
  /** Default 1. */
  readonly minReplicas?: pulumi.Input<number>;
  /** Default: as `minReplicas`. */
  readonly maxReplicas?: pulumi.Input<number>;
  /** Seconds that a request may take. */
  readonly timeout?: pulumi.Input<number>;
  /** Standard mode only. */
  readonly deploymentStrategy?: DeploymentStrategy;
  readonly annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly terminationGracePeriodSeconds?: pulumi.Input<number>;
  readonly securityContext?: PodSpec["securityContext"];
  readonly automountServiceAccountToken?: pulumi.Input<boolean>;
  readonly enableServiceLinks?: pulumi.Input<boolean>;
}

export interface InferenceServiceArgs {
  readonly metadata: NamespacedMetadata;
  /** Default `Standard`: plain Deployments. */
  readonly deploymentMode?: DeploymentMode;
  readonly predictor: Predictor;
}

/** A model being served (KServe). Created when KServe says that it is Ready. */
export class InferenceService extends TypedResource {
  constructor(name: string, args: InferenceServiceArgs, opts?: pulumi.CustomResourceOptions) {
    // KServe keeps the mode that an object says in so many words, whatever its configuration becomes.
    const annotations = { "serving.kserve.io/deploymentMode": args.deploymentMode ?? "Standard" };
    const api = { apiVersion: "serving.kserve.io/v1beta1", kind: "InferenceService", readyWhen: "Ready", annotations };
    super(api, name, { metadata: args.metadata, spec: { predictor: args.predictor } }, opts);
  }
}
