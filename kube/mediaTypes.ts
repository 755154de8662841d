/** The media types of Kubernetes' API that the project uses. */
export const mediaType = {
  json: "application/json",
  /** Server-side apply. */
  applyPatch: "application/apply-patch+yaml",
  /** JSON merge patch, RFC 7386. */
  mergePatch: "application/merge-patch+json",
  /** JSON patch, RFC 6902. */
  jsonPatch: "application/json-patch+json",
  /** A list with the metadata of its objects only: a hundredth of the bytes for CRDs. */
  metadataList: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
} as const;
