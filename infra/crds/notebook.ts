import type * as pulumi from "@pulumi/pulumi";
import type { NamespacedMetadata, PodSpec } from "./metadata";
import { TypedResource } from "./typedResource";

export interface NotebookArgs {
  /** Its name is the notebook's in the dashboard and in its address. */
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    readonly template: {
      /** The pod; the first container, called as the notebook, serves on port 8888 below `/notebook/NAMESPACE/NAME`. */
      readonly spec: PodSpec;
    };
  };
}

/**
 * A notebook server (Kubeflow). Nothing waits for it: one that was stopped, by somebody or for idleness, is in order though it is never
 * ready.
 */
export class Notebook extends TypedResource {
  constructor(name: string, args: NotebookArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "kubeflow.org/v1", kind: "Notebook" }, name, args, opts);
  }
}
