import type * as pulumi from "@pulumi/pulumi";
import type { NamespacedMetadata } from "./metadata";
import { TypedResource } from "./typedResource";

/** A document of the KFP compiler's output, as it was read. */
export type PipelineDocument = Readonly<Record<string, unknown>>;

export interface PipelineVersionArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    /** The Pipeline of the same namespace that it is a version of. */
    readonly pipelineName: pulumi.Input<string>;
    /** The first document that the KFP compiler writes: the pipeline itself. It cannot be changed afterwards: name another version instead. */
    readonly pipelineSpec: pulumi.Input<PipelineDocument>;
    /** The second document, where there is one: volumes, Secrets and node selectors of the steps. */
    readonly platformSpec?: pulumi.Input<PipelineDocument>;
    /** What the dashboard shows. Default: the name. */
    readonly displayName?: pulumi.Input<string>;
    readonly description?: pulumi.Input<string>;
    /** Where its source can be read. */
    readonly codeSourceURL?: pulumi.Input<string>;
  };
}

/** One version of a pipeline (Kubeflow Pipelines with pipelines kept as Kubernetes resources). */
export class PipelineVersion extends TypedResource {
  constructor(name: string, args: PipelineVersionArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "pipelines.kubeflow.org/v2beta1", kind: "PipelineVersion" }, name, args, opts);
  }
}
