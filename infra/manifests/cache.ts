/** Rendered manifests and unpacked archives by content, in the tool cache: safe to delete, never stale. */
import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheHome } from "../../toolchain/home";

/** SHA-256 of text or bytes, hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The cache's place for something, by kind and key. */
export function cachePath(...parts: string[]): string {
  return join(cacheHome, "manifests", ...parts);
}

/** The JSON in a file; undefined when there is no such file. */
export async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (error) {
    // A half-written file cannot be there (see `writeWhole`), so anything but absence is worth knowing.
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a file that others see whole or not at all. */
export async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${randomUUID()}`;
  await writeFile(draft, content);
  await rename(draft, path);
}

/**
 * Creates a folder that others see complete or not at all. Does nothing when it exists.
 * @param fill writes the folder's content into the draft it is given
 */
export async function makeFolder(path: string, fill: (draft: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return;
  const draft = `${path}.${randomUUID()}`;
  try {
    await mkdir(draft, { recursive: true });
    await fill(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was quicker: its folder has the same content.
    if (existsSync(path)) return;
    throw error;
  }
}
