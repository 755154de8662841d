import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CacheError, faultOf } from "../faults";
import { cacheHome } from "../home";
import { waysToTry } from "../install";
import { alone } from "../lock";
import { type Progress, standardProgress, type Task } from "../progress";
import { ChecksumError, ToolError } from "../types";
import { buildImage, imageFolder } from "./build";
import { pullImage } from "./pull";
import { imageTable } from "./table";

/** An image as an OCI archive in the cache. */
export interface ImageArchive {
  ref: string;
  /** Absolute path of the archive; its index carries the reference. */
  archive: string;
  /** Digest of the image's manifest. */
  digest: string;
}

/** Raised when the way images are written changes, so that archives are made anew. */
const format = 1;

/** Every image that can be had even where its registry cannot be reached. */
export function imageRefs(): string[] {
  return Object.keys(imageTable);
}

/**
 * Makes sure that images are there as OCI archives: pulls each from its own registry, else makes it of what the
 * package registries have.
 *
 * @param refs Full references, such as `registry.k8s.io/pause:3.10.1`.
 * @throws ToolError when an image cannot be had by any way.
 */
export async function ensureImages(
  refs: readonly string[],
  progress: Progress = standardProgress(),
): Promise<ImageArchive[]> {
  return Promise.all(refs.map((ref) => ensureImage(ref, progress)));
}

const memory = new Map<string, Promise<ImageArchive>>();

function ensureImage(ref: string, progress: Progress): Promise<ImageArchive> {
  const known = memory.get(ref);
  if (known) return known;
  const work = obtain(ref, progress);
  memory.set(ref, work);
  work.catch(() => memory.delete(ref));
  return work;
}

/** Whether an image was obtained before and is still there. */
export function imageIsThere(ref: string): boolean {
  return recall(ref, folderOf(ref)) !== undefined;
}

function folderOf(ref: string): string {
  const recipe = imageTable[ref];
  const key = createHash("sha256")
    .update(JSON.stringify([ref, recipe ?? null, format]))
    .digest("hex")
    .slice(0, 12);
  return imageFolder(`${ref.replace(/^.*\//, "").replaceAll(":", "-")}-${key}`);
}

const archiveIn = (folder: string): string => join(folder, "image.tar");
const recordIn = (folder: string): string => join(folder, "image.json");

function recall(ref: string, folder: string): ImageArchive | undefined {
  const [archive, record] = [archiveIn(folder), recordIn(folder)];
  return existsSync(record) && existsSync(archive)
    ? { ...(JSON.parse(readFileSync(record, "utf8")) as { digest: string }), ref, archive }
    : undefined;
}

async function obtain(ref: string, progress: Progress): Promise<ImageArchive> {
  const folder = folderOf(ref);
  const [archive, record] = [archiveIn(folder), recordIn(folder)];
  const found = recall(ref, folder);
  if (found) return found;
  const task = progress.start(`image ${ref}`);
  try {
    return await alone(
      `image ${folder}`,
      async () => {
        const meanwhile = recall(ref, folder);
        if (meanwhile) {
          task.done("another process brought it");
          return meanwhile;
        }
        mkdirSync(folder, { recursive: true });
        const digest = await tryWays(ref, archive, folder, progress, task);
        writeFileSync(`${record}.partial`, JSON.stringify({ digest }));
        renameSync(`${record}.partial`, record);
        return { ref, archive, digest };
      },
      () => task.update("another process is at it"),
    );
  } catch (error) {
    task.fail("could not be obtained");
    throw faultOf(error) ?? error;
  }
}

async function tryWays(ref: string, archive: string, folder: string, progress: Progress, task: Task): Promise<string> {
  const reasons: string[] = [];
  let refused = "";
  const ways = waysToTry();
  if (ways.includes("official")) {
    try {
      const digest = await pullImage(ref, archive, join(folder, "blobs"), task);
      task.done("from its registry");
      return digest;
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined || fault instanceof CacheError) throw fault ?? error;
      reasons.push(`official: ${fault.message}`);
      if (fault instanceof ChecksumError) refused = `, since ${fault.message}`;
    }
  }
  const recipe = imageTable[ref];
  if (recipe && ways.includes("registries")) {
    const log = join(cacheHome, "logs", `image-${ref.replaceAll(/[^\w.-]+/g, "-")}.log`);
    const digest = await buildImage(ref, recipe, archive, folder, progress, task, log);
    task.done(`built from the package registries${refused}`);
    return digest;
  }
  reasons.push(`registries: ${recipe ? "left out by KUBEFLOW_STACK_WAYS" : "no recipe for this image"}`);
  throw new ToolError(`The image ${ref} cannot be obtained:\n  ${reasons.join("\n  ")}`);
}
