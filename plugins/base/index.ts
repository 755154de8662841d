/** The plugin base: Pulumi's provider protocol, once. See `servePlugin`. */
export { InitializationError } from "./errors";
export type { AnyKind, Kind, LazyKind } from "./kind";
export { kindProvider, plainDiff } from "./kindProvider";
export type * from "./provider";
export { serveProvider } from "./server";
export * from "./values";

import type { AnyKind, LazyKind } from "./kind";
import { kindProvider } from "./kindProvider";
import { serveProvider } from "./server";

/**
 * Serves a plugin made of kinds until the engine is done with it.
 * @param options.name the plugin's name, as in its type tokens
 * @param options.version what it answers to the engine's question for its version
 * @param options.kinds its kinds of resources, or the way to load them
 */
export async function servePlugin(options: {
  name: string;
  version: string;
  kinds: readonly (AnyKind | LazyKind)[];
}): Promise<void> {
  await serveProvider(kindProvider(options));
}
