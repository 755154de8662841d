/** Kubernetes objects as plain data, changes to them, and where they come from. No Pulumi, no cluster. */
export * from "./object";
export type { Orphan } from "./orphan";
export { drop, of, patch } from "./patch";
export type { Patch, Preparation } from "./patch";
export type { ArchiveSource, FileSource, InlineSource, ManifestRequest, ManifestSource, ModuleSource } from "./source";
