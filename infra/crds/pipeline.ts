import type * as pulumi from "@pulumi/pulumi";
import type { NamespacedMetadata } from "./metadata";
import { TypedResource } from "./typedResource";

export interface PipelineArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    /** What the dashboard shows. Default: the name. */
    readonly displayName?: pulumi.Input<string>;
    readonly description?: pulumi.Input<string>;
  };
}

/** A pipeline, which holds its versions (Kubeflow Pipelines with pipelines kept as Kubernetes resources). See `PipelineVersion`. */
export class Pipeline extends TypedResource {
  constructor(name: string, args: PipelineArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "pipelines.kubeflow.org/v2beta1", kind: "Pipeline" }, name, args, opts);
  }
}
