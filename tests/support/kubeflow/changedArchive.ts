import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { extract, pack } from "tar-stream";
import { parseAllDocuments, stringify } from "yaml";
import type { KubernetesObject } from "../../../infra/manifests";
import { distribution } from "./distribution";

/** What becomes of the objects of one file. */
export type Change = (objects: KubernetesObject[]) => KubernetesObject[];

/**
 * Writes an archive that differs from the Kubeflow distribution 26.03 in some files, as another release would.
 * @param folder - where it goes
 * @param changes - by the file's path below the archive's top folder
 * @returns where it lies, and what it must be
 */
export async function changedArchive(
  folder: string,
  changes: Readonly<Record<string, Change>>,
): Promise<{ location: string; sha256: string }> {
  const location = join(folder, "another-release.tar.gz");
  const [reader, writer] = [extract(), pack()];
  const left = new Set(Object.keys(changes));
  const original = await distribution();
  const copying = (async () => {
    for await (const entry of reader) {
      const path = entry.header.name.slice(entry.header.name.indexOf("/") + 1);
      const { size: _size, ...header } = entry.header;
      const before = await buffer(entry);
      const change = changes[path];
      left.delete(path);
      writer.entry(header, change ? changed(before, change) : before);
    }
    writer.finalize();
  })();
  await Promise.all([
    copying,
    pipeline(createReadStream(original.location), createGunzip(), reader),
    pipeline(writer, createGzip(), createWriteStream(location)),
  ]);
  if (left.size > 0) throw new Error(`The archive has no ${[...left].join(", ")}.`);
  return { location, sha256: createHash("sha256").update(readFileSync(location)).digest("hex") };
}

function changed(file: Buffer, change: Change): string {
  const objects = [parseAllDocuments(file.toString())].flat().map((document) => document.toJS() as KubernetesObject);
  return change(objects)
    .map((object) => stringify(object))
    .join("---\n");
}
