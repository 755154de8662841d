import { createReadStream, existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, normalize, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { cachePath, makeFolder, sha256, writeWhole } from "./cache";
import { ArchiveFault, SourceFault, sentence } from "./faults";

/** How long an address may stay silent before the next way is tried, in milliseconds. */
const patience = 10_000;

/** What came from an address. Thrown apart from `SourceFault`, since another way may still lead to the same bytes. */
export class Unreachable extends Error {}

/**
 * The bytes at an address.
 * @throws Unreachable when there is no answer, or none with content
 */
export async function download(url: string): Promise<Uint8Array> {
  const silent = new AbortController();
  const timer = setTimeout(() => silent.abort(new Error(`silent for ${patience / 1000} s`)), patience);
  try {
    const response = await fetch(url, { signal: silent.signal, redirect: "follow" });
    if (!response.ok || response.body === null)
      throw new Error(`it answered ${response.status} ${response.statusText}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of response.body) {
      timer.refresh();
      chunks.push(chunk as Uint8Array);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Unreachable(`${url} cannot be had (${sentence(cause)})`);
  } finally {
    clearTimeout(timer);
  }
}

/** Checks bytes against their pin. The remedy depends on who is wrong, so the sentence gives both sums. */
export function verify(content: Uint8Array, expected: string, where: string): void {
  const actual = sha256(content);
  if (actual !== expected) {
    throw new SourceFault(
      `${where} has SHA-256 ${actual}, but ${expected} is pinned: fetch it anew, or change the pin if this release is meant.`,
    );
  }
}

/** Archives by location and checksum, each fetched and unpacked once, even if that fails, for all products that are rendered from it. */
export class Archives {
  private readonly folders = new Map<string, Promise<string>>();

  /**
   * The folder an archive unpacks to, from the cache when it was unpacked before.
   * @param location an http(s) address or the path of a file (`~` for the home folder)
   * @param expected SHA-256 of the archive, hexadecimal
   * @throws ArchiveFault when it is not there, is not that archive, or cannot be unpacked
   */
  open(location: string, expected: string): Promise<string> {
    const key = JSON.stringify([location, expected]);
    const folder = this.folders.get(key) ?? archiveFolder(location, expected);
    this.folders.set(key, folder);
    return folder;
  }
}

async function archiveFolder(location: string, expected: string): Promise<string> {
  const folder = cachePath("archives", expected);
  if (existsSync(folder)) return folder;
  try {
    const file = /^https?:\/\//.test(location) ? await downloaded(location, expected) : local(location);
    verify(await readFile(file), expected, location);
    await makeFolder(folder, (draft) => unpack(file, draft, location));
    return folder;
  } catch (error) {
    throw error instanceof SourceFault ? new ArchiveFault(error.message) : error;
  }
}

async function downloaded(url: string, expected: string): Promise<string> {
  const file = cachePath("downloads", expected);
  if (existsSync(file)) return file;
  let content: Uint8Array;
  try {
    content = await download(url);
  } catch (error) {
    throw new SourceFault(`The archive ${sentence(error)}: check the network, or name a file of this machine instead.`);
  }
  verify(content, expected, url);
  await writeWhole(file, content);
  return file;
}

function local(location: string): string {
  const file = resolve(location.replace(/^~(?=\/)/, homedir()));
  if (!existsSync(file))
    throw new SourceFault(`The archive ${location} is not there: give the path of the release archive.`);
  return file;
}

/** Unpacks without the archive's single top folder. Links are left out: upstream has none that an overlay needs. */
async function unpack(file: string, folder: string, location: string): Promise<void> {
  const reader = extract();
  let count = 0;
  const writing = (async () => {
    for await (const entry of reader) {
      const path = normalize(entry.header.name).split("/").slice(1).join("/");
      if (entry.header.type === "file" && path !== "" && !path.startsWith("..")) {
        const chunks: Uint8Array[] = [];
        for await (const chunk of entry) chunks.push(chunk as Uint8Array);
        await mkdir(dirname(join(folder, path)), { recursive: true });
        await writeFile(join(folder, path), Buffer.concat(chunks));
        count += 1;
      } else entry.resume();
    }
  })();
  // Both must end before the folder is deleted, or files that are still being written would remain.
  const ends = await Promise.allSettled([pipeline(createReadStream(file), createGunzip(), reader), writing]);
  const failed = ends.find((end) => end.status === "rejected");
  if (failed === undefined && count > 0) return;
  const reason = failed ? sentence(failed.reason) : "it holds no file";
  throw new SourceFault(`${location} is not a gzipped tar archive (${reason}): fetch the release archive anew.`);
}
