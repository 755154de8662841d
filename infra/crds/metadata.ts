import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** Texts by name. */
export type TextMap = Readonly<Record<string, pulumi.Input<string>>>;

/** The metadata of a namespaced custom resource. */
export interface NamespacedMetadata {
  /** The object's name. */
  readonly name: pulumi.Input<string>;
  readonly namespace: pulumi.Input<string>;
  readonly labels?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly annotations?: pulumi.Input<Record<string, pulumi.Input<string>>>;
}

/** The metadata of a custom resource of the whole cluster. */
export type ClusterMetadata = Omit<NamespacedMetadata, "namespace">;

/** A container, as in a pod. */
export type Container = k8s.types.input.core.v1.Container;
/** A pod's specification. */
export type PodSpec = k8s.types.input.core.v1.PodSpec;
/** A pod's template. */
export type PodTemplate = k8s.types.input.core.v1.PodTemplateSpec;
/** Which objects, by their labels. */
export type LabelSelector = k8s.types.input.meta.v1.LabelSelector;
