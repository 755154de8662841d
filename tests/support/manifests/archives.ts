import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";

/** A file as a pin says it. */
export interface PinnedFile {
  readonly location: string;
  readonly sha256: string;
}

/** A tar of these files under one top folder, as releases have it. */
export async function tarOf(files: Readonly<Record<string, string>>): Promise<Buffer> {
  const tar = pack();
  for (const [path, text] of Object.entries(files)) tar.entry({ name: `release-1/${path}`, mtime: new Date(0) }, text);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** Writes a file and pins what was written. */
export async function pinned(folder: string, name: string, content: string | Uint8Array): Promise<PinnedFile> {
  const location = join(folder, name);
  await writeFile(location, content);
  return { location, sha256: createHash("sha256").update(content).digest("hex") };
}

/** A release archive with these files. */
export async function archiveOf(
  folder: string,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<PinnedFile> {
  return pinned(folder, name, gzipSync(await tarOf(files)));
}
