import type * as pulumi from "@pulumi/pulumi";
import type { Container, NamespacedMetadata, PodSpec } from "./metadata";
import { TypedResource } from "./typedResource";

/** A model format that a runtime serves. */
export interface SupportedModelFormat {
  readonly name: pulumi.Input<string>;
  readonly version?: pulumi.Input<string>;
  /** Whether models of this format that name no runtime get this one. Default: no. */
  readonly autoSelect?: pulumi.Input<boolean>;
  /** Among several that could be chosen, the highest wins. */
  readonly priority?: pulumi.Input<number>;
}

export interface ServingRuntimeSpec {
  readonly supportedModelFormats: readonly SupportedModelFormat[];
  /** The protocols it speaks: `v1`, `v2`. */
  readonly protocolVersions?: readonly string[];
  /** Whether it can serve several models at once. Default: no. */
  readonly multiModel?: pulumi.Input<boolean>;
  /** The containers; the server's is called `kserve-container`. */
  readonly containers: readonly Container[];
  readonly volumes?: PodSpec["volumes"];
  readonly imagePullSecrets?: PodSpec["imagePullSecrets"];
  readonly nodeSelector?: PodSpec["nodeSelector"];
  readonly tolerations?: PodSpec["tolerations"];
  readonly annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Switched off, it is chosen for nothing. */
  readonly disabled?: pulumi.Input<boolean>;
}

export interface ServingRuntimeArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: ServingRuntimeSpec;
}

/** A way to serve models of some formats, for the InferenceServices of its namespace (KServe). */
export class ServingRuntime extends TypedResource {
  constructor(name: string, args: ServingRuntimeArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "serving.kserve.io/v1alpha1", kind: "ServingRuntime" }, name, args, opts);
  }
}
