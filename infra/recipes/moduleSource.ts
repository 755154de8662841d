import { ensureModuleSource as fromCacheOrProxy } from "../../toolchain/moduleSource";

/**
 * The folder with a Go module's files, downloaded when it is not in the cache. The table of tools is loaded, and Go obtained,
 * only for a download.
 *
 * @param path The module's path, such as `knative.dev/serving`.
 * @param version Its version, with the leading v.
 * @param sum Its checksum as go.sum writes it, `h1:…`.
 * @throws ToolError when it cannot be downloaded or has another checksum.
 */
export const ensureModuleSource = (path: string, version: string, sum: string): Promise<string> =>
  fromCacheOrProxy(path, version, sum, async () => (await import("./index.js")).ensureTools(["go"]));
