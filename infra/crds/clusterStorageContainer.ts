import type * as pulumi from "@pulumi/pulumi";
import type { ClusterMetadata, Container } from "./metadata";
import { TypedResource } from "./typedResource";

/** Which addresses a container fetches from: by how they begin, or by what they match. */
export type UriFormat = { readonly prefix: pulumi.Input<string> } | { readonly regex: pulumi.Input<string> };

export interface ClusterStorageContainerArgs {
  readonly metadata: ClusterMetadata;
  readonly spec: {
    readonly container: Container;
    readonly supportedUriFormats: readonly UriFormat[];
    /** What it is used for. Default: fetching a model before its server starts. */
    readonly workloadType?: pulumi.Input<"initContainer" | "localModelDownloadJob">;
  };
}

/** What fetches models from some kinds of addresses, for all namespaces (KServe). */
export class ClusterStorageContainer extends TypedResource {
  constructor(name: string, args: ClusterStorageContainerArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "serving.kserve.io/v1alpha1", kind: "ClusterStorageContainer" }, name, args, opts);
  }
}
