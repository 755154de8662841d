/** Media types of the Kubernetes API: bodies of patches, and forms of answers for `accept`. */

/** Server-side apply. JSON is YAML, so bodies are sent as JSON. */
export const APPLY_PATCH = "application/apply-patch+yaml";
export const MERGE_PATCH = "application/merge-patch+json";
export const JSON_PATCH = "application/json-patch+json";
export const JSON_BODY = "application/json";
/** A list with the metadata of its objects and nothing else: a hundredth of the bytes of a list of CRDs. */
export const METADATA_LIST = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";
