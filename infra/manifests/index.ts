/** Manifests as data: from a pinned source to typed resources, in order. See `loadManifests` and `ManifestSet`. */
export { ManifestError } from "./faults";
export { CrdSet, CustomResources, Leftovers, WebhookReady } from "./kinds";
export type {
  CrdPin,
  CrdSetArgs,
  CustomResourcesArgs,
  Leftover,
  LeftoversArgs,
  WebhookConfiguration,
  WebhookReadyArgs,
} from "./kinds";
export { loadManifests } from "./load";
export type { ManifestPlan } from "./load";
export { isAwaited, ManifestSet } from "./manifestSet";
export type { Awaited, ManifestSetArgs } from "./manifestSet";
export * from "./object";
export { drop, of, patch } from "./patch";
export type { Patch } from "./patch";
export type { Preparation, PreparedManifest } from "./prepare";
export type { CrdEntry } from "./render";
export type { ArchiveSource, FileSource, InlineSource, ManifestRequest, ManifestSource, ModuleSource } from "./source";
