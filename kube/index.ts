/** The project's one Kubernetes client. */
export { KubeClient, type KubeAnswer, type KubeRequest } from "./client";
export { Paths, type ObjectName } from "./discovery";
export { KubeconfigError, KubeError, refusedError, undefinedIfNotFound, UnreachableError } from "./errors";
export { currentContext, identityOf, readKubeconfig } from "./kubeconfig";
export { mediaType } from "./mediaTypes";
export { type Fields, type KubeObject, type ManagedFieldsEntry, rootOf } from "./object";
export { follow, type Selection } from "./watch";
