import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CacheError, faultOf } from "../faults";
import { cacheHome } from "../home";
import { hasSourceFiles, type Installer } from "../install";
import { sourcesToTry } from "../sources";
import { withLock } from "../lock";
import type { Progress, Task } from "../progress";
import { ChecksumError, ToolError } from "../types";
import { buildImage, imageFolder } from "./build";
import { pullImage } from "./pull";
import type { ImageRecipe, ImageTable } from "./recipe";

/** An image as an OCI archive in the cache. */
export interface ImageArchive {
  ref: string;
  /** Absolute path of the archive; its index carries the reference. */
  archive: string;
  /** Digest of the image's manifest. */
  digest: string;
}

/** Raised when archives are written differently, so that all are rebuilt. */
const format = 1;

/** The images in the cache, and how each gets there: pulled from its own registry, else built by its recipe. */
export class ImageStore {
  private readonly memory = new Map<string, Promise<ImageArchive>>();

  /** @param recipes How images are built whose registry cannot be reached. */
  constructor(
    private readonly installer: Installer,
    private readonly recipes: ImageTable,
  ) {}

  /** The references of all images that have a recipe. */
  refs(): string[] {
    return Object.keys(this.recipes);
  }

  /** Whether an image is in the cache. */
  has(ref: string): boolean {
    return recall(ref, this.folder(ref)) !== undefined;
  }

  /**
   * Obtains images as OCI archives.
   * @param refs Full references, such as `registry.k8s.io/pause:3.10.1`.
   * @throws ToolError when an image can neither be pulled nor built.
   */
  async ensure(refs: readonly string[], progress: Progress): Promise<ImageArchive[]> {
    return Promise.all(refs.map((ref) => this.ensureOne(ref, progress)));
  }

  private ensureOne(ref: string, progress: Progress): Promise<ImageArchive> {
    const known = this.memory.get(ref);
    if (known) return known;
    const work = obtain(this.installer, ref, this.recipes[ref], this.folder(ref), progress);
    this.memory.set(ref, work);
    work.catch(() => this.memory.delete(ref));
    return work;
  }

  private folder(ref: string): string {
    const recipe = this.recipes[ref];
    const tool = recipe?.programs?.from.tool;
    const key = createHash("sha256").update(JSON.stringify([ref, recipe ?? null, format]));
    // Source files of ours are not part of the recipe's JSON.
    if (tool && hasSourceFiles(tool)) key.update(this.installer.description(tool));
    return imageFolder(`${ref.replace(/^.*\//, "").replaceAll(":", "-")}-${key.digest("hex").slice(0, 12)}`);
  }
}

const archiveIn = (folder: string): string => join(folder, "image.tar");
const recordIn = (folder: string): string => join(folder, "image.json");

function recall(ref: string, folder: string): ImageArchive | undefined {
  const [archive, record] = [archiveIn(folder), recordIn(folder)];
  return existsSync(record) && existsSync(archive)
    ? { ...(JSON.parse(readFileSync(record, "utf8")) as { digest: string }), ref, archive }
    : undefined;
}

async function obtain(
  installer: Installer,
  ref: string,
  recipe: ImageRecipe | undefined,
  folder: string,
  progress: Progress,
): Promise<ImageArchive> {
  const [archive, record] = [archiveIn(folder), recordIn(folder)];
  const found = recall(ref, folder);
  if (found) return found;
  const task = progress.start(`image ${ref}`);
  try {
    return await withLock(
      `image ${folder}`,
      async () => {
        const meanwhile = recall(ref, folder);
        if (meanwhile) {
          task.done("another process obtained it");
          return meanwhile;
        }
        mkdirSync(folder, { recursive: true });
        const digest = await trySources(installer, ref, recipe, archive, folder, progress, task);
        writeFileSync(`${record}.partial`, JSON.stringify({ digest }));
        renameSync(`${record}.partial`, record);
        return { ref, archive, digest };
      },
      () => task.update("waits for another process"),
    );
  } catch (error) {
    task.fail("could not be obtained");
    throw faultOf(error) ?? error;
  }
}

async function trySources(
  installer: Installer,
  ref: string,
  recipe: ImageRecipe | undefined,
  archive: string,
  folder: string,
  progress: Progress,
  task: Task,
): Promise<string> {
  const reasons: string[] = [];
  let refused = "";
  const tried = sourcesToTry();
  if (tried.includes("official")) {
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
  if (recipe && tried.includes("registries")) {
    const log = join(cacheHome, "logs", `image-${ref.replaceAll(/[^\w.-]+/g, "-")}.log`);
    const digest = await buildImage(installer, ref, recipe, archive, folder, progress, task, log);
    task.done(`built from the package registries${refused}`);
    return digest;
  }
  reasons.push(`registries: ${recipe ? "left out by KUBEFLOW_STACK_SOURCES" : "no recipe for this image"}`);
  throw new ToolError(`The image ${ref} cannot be obtained:\n  ${reasons.join("\n  ")}`);
}
