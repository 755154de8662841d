/** Typed custom resources: one file for each kind, with its arguments documented. */
export * from "./authorizationPolicy";
export * from "./clusterStorageContainer";
export * from "./experiment";
export * from "./inferenceService";
export type * from "./metadata";
export * from "./notebook";
export * from "./pipeline";
export * from "./pipelineVersion";
export * from "./podDefault";
export * from "./profile";
export * from "./seldonDeployment";
export * from "./servingRuntime";
export * from "./tfJob";
export * from "./trainJob";
export * from "./virtualService";
