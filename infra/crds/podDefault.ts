import type * as pulumi from "@pulumi/pulumi";
import type { Container, LabelSelector, NamespacedMetadata, PodSpec, TextMap } from "./metadata";
import { TypedResource } from "./typedResource";

export interface PodDefaultArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    /** The pods of the namespace that get it: those with these labels. Notebooks get a label for each configuration ticked in their form. */
    readonly selector: LabelSelector;
    /** What the form of the notebooks shows. Default: the name. */
    readonly desc?: pulumi.Input<string>;
    /** For every container; what a container says itself wins, and another value there refuses the pod. */
    readonly env?: Container["env"];
    readonly envFrom?: Container["envFrom"];
    readonly volumes?: PodSpec["volumes"];
    /** For every container. */
    readonly volumeMounts?: Container["volumeMounts"];
    readonly initContainers?: readonly Container[];
    /** More containers. */
    readonly sidecars?: readonly Container[];
    readonly tolerations?: PodSpec["tolerations"];
    readonly imagePullSecrets?: PodSpec["imagePullSecrets"];
    readonly labels?: TextMap;
    readonly annotations?: TextMap;
    /** For containers that have none. */
    readonly command?: readonly pulumi.Input<string>[];
    /** For containers that have none. */
    readonly args?: readonly pulumi.Input<string>[];
    readonly serviceAccountName?: pulumi.Input<string>;
    readonly automountServiceAccountToken?: pulumi.Input<boolean>;
  };
}

/** What the pods of a namespace are given when they are made and have certain labels: environment, volumes, credentials (Kubeflow). */
export class PodDefault extends TypedResource {
  constructor(name: string, args: PodDefaultArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "kubeflow.org/v1alpha1", kind: "PodDefault" }, name, args, opts);
  }
}
