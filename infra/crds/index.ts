/** Typed custom resources: one file for each kind, with its arguments documented. */
export * from "./clusterStorageContainer";
export * from "./inferenceService";
export type { ClusterMetadata, Container, NamespacedMetadata, PodSpec, PodTemplate } from "./metadata";
export * from "./profile";
export * from "./servingRuntime";
export * from "./tfJob";
