/** Manifests as data: from a pinned source to typed resources, in order. See `loadManifests` and `ManifestSet`. */
export { ManifestError } from "./faults";
export { CrdSet, CustomResourceCleanup, OrphanCleanup, WebhookReady } from "./kinds";
export type {
  CrdPin,
  CrdSetArgs,
  CustomResourceCleanupArgs,
  OrphanCleanupArgs,
  WebhookConfiguration,
  WebhookReadyArgs,
} from "./kinds";
export { loadManifests } from "./load";
export type { ManifestPlan } from "./load";
export { isAwaited, ManifestSet } from "./manifestSet";
export type { Awaited, ManifestSetArgs } from "./manifestSet";
export * from "../objects";
export type { PreparedManifest } from "./prepare";
export type { CrdEntry } from "./render";
