/** Images that were built on this machine, as OCI archives in the cache: a new cluster gets them without building again. */
import { createReadStream, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { extract } from "tar-stream";
import { cacheHome } from "../../../toolchain";

const home = join(cacheHome, "built-images");

/** How many contents of one image stay in the cache: the current one, and those one may roll back to. */
const kept = 3;

/** Where the archive of an image is, built or not. */
export function builtArchive(name: string, contentHash: string): string {
  return join(home, name.replaceAll("/", "_"), `${contentHash}.tar`);
}

/**
 * The digest of an image in an OCI archive, as a registry or containerd will know it.
 *
 * @returns `undefined` when there is no such archive.
 */
export async function archiveDigest(archive: string): Promise<string | undefined> {
  if (!existsSync(archive)) return undefined;
  // Layers are large and come first or last as the writer liked, so the stream is left as soon as the index was read.
  const entries = createReadStream(archive).pipe(extract());
  for await (const entry of entries) {
    if (entry.header.name.replace(/^\.\//, "") === "index.json") {
      const index = JSON.parse((await buffer(entry)).toString()) as { manifests?: { digest?: string }[] };
      const digest = index.manifests?.[0]?.digest;
      if (digest === undefined) throw new Error(`${archive} holds no image; delete it, and it is built again.`);
      return digest;
    }
    entry.resume();
  }
  throw new Error(`${archive} is not an OCI archive; delete it, and it is built again.`);
}

/** Removes the oldest archives of an image from the cache, but for the newest few and the one in use. */
export function pruneArchives(name: string, inUse: string): void {
  const folder = join(home, name.replaceAll("/", "_"));
  mkdirSync(folder, { recursive: true });
  const archives = readdirSync(folder)
    .filter((file) => file.endsWith(".tar"))
    .map((file) => ({ path: join(folder, file), time: statSync(join(folder, file)).mtimeMs }))
    .sort((a, b) => b.time - a.time);
  for (const { path } of archives.slice(kept)) if (path !== inUse) rmSync(path, { force: true });
}
