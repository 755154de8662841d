import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ClusterMetadata } from "./metadata";

/** What a kind is called in the API. */
export interface ApiKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** The type of the condition that an object of the kind has when it is ready, which creating one waits for. Default: it waits for nothing. */
  readonly readyWhen?: string;
  /** Annotations that every object of the kind gets; those given with the object win. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A custom resource whose arguments have types: what all kinds of this folder have in common. */
export abstract class TypedResource extends k8s.apiextensions.CustomResource {
  /**
   * @param api the kind
   * @param args the object but for its kind
   */
  constructor(
    api: ApiKind,
    name: string,
    args: { readonly metadata: ClusterMetadata; readonly spec: object },
    opts?: pulumi.CustomResourceOptions,
  ) {
    const { apiVersion, kind } = api;
    super(name, { apiVersion, kind, metadata: annotated(args.metadata, api), spec: args.spec }, opts);
  }
}

function annotated(metadata: ClusterMetadata, { readyWhen, annotations = {} }: ApiKind): ClusterMetadata {
  const own = { ...annotations, ...(readyWhen ? { "pulumi.com/waitFor": `condition=${readyWhen}` } : {}) };
  if (Object.keys(own).length === 0) return metadata;
  return { ...metadata, annotations: pulumi.output(metadata.annotations).apply((given) => ({ ...own, ...given })) };
}
