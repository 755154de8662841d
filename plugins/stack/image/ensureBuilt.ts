/** Images as they come out of the cache, built before they go anywhere. */
import type { Context } from "../../base/provider";
import { buildImage } from "./build";
import { archiveDigest, builtArchive } from "./builtImages";
import { type ImageSource, readSource } from "./contentHash";

/** An image's name and what it is built from; Check fills in the hash. */
export interface NamedSource extends ImageSource {
  /** The image's name, without registry and tag. */
  name: string;
  /** Filled in by Check: SHA-256 in hex of everything the image is built from. */
  contentHash?: string;
}

/** A node has no registry; images loaded into it carry a name that no registry answers for. */
export const localRegistry = "docker.io/kubeflow-stack";

/** The hash of what the image is built from. @throws when the files are not those that Check saw */
export function currentHash(inputs: NamedSource): string {
  const { contentHash } = readSource(inputs);
  if (inputs.contentHash !== undefined && inputs.contentHash !== contentHash) {
    throw new Error(`Files in ${inputs.context} changed since this run looked at them; run the command again.`);
  }
  return contentHash;
}

/** Builds an image unless it is in the cache. The archive serves every cluster, whatever the image is called there. */
export async function ensureBuilt(
  inputs: NamedSource,
  contentHash: string,
  ctx: Context,
): Promise<{ archive: string; digest: string }> {
  const archive = builtArchive(inputs.name, contentHash);
  const there = await archiveDigest(archive);
  if (there !== undefined) return { archive, digest: there };
  const started = Date.now();
  const local = `${localRegistry}/${inputs.name}:${contentHash.slice(0, 12)}`;
  await buildImage(local, inputs, readSource(inputs), archive, {
    status: (text) => ctx.status(text),
    output: (line) => ctx.log("debug", line),
    signal: ctx.signal,
  });
  ctx.log("info", `built ${local} in ${Math.round((Date.now() - started) / 1000)} s`);
  return { archive, digest: (await archiveDigest(archive)) ?? "" };
}
