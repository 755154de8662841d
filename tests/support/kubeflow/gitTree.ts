import { createHash } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { extract } from "tar-stream";

/** A file's mode and object id, or a folder. */
type Entry = { readonly mode: string; readonly id: Buffer } | Folder;
type Folder = Map<string, Entry>;

/**
 * The git tree id of the files in a tar, below its single top folder: the same however the tar was made and compressed.
 * @param tar - the uncompressed tar
 * @returns 40 hexadecimal digits, as `git rev-parse COMMIT^{tree}` prints them
 */
export async function gitTree(tar: Readable): Promise<string> {
  const root: Folder = new Map();
  const reader = extract();
  const reading = (async () => {
    for await (const entry of reader) {
      const { name, type, mode = 0, linkname } = entry.header;
      const content = await buffer(entry);
      const path = name.split("/").slice(1);
      if (type === "symlink") add(root, path, { mode: "120000", id: objectId("blob", Buffer.from(linkname ?? "")) });
      // Git knows one bit of a file's mode.
      else if (type === "file")
        add(root, path, { mode: (mode & 0o100) !== 0 ? "100755" : "100644", id: objectId("blob", content) });
    }
  })();
  await Promise.all([pipeline(tar, reader), reading]);
  return treeId(root).toString("hex");
}

function add(folder: Folder, [name = "", ...rest]: readonly string[], entry: Entry): void {
  if (rest.length === 0) {
    folder.set(name, entry);
    return;
  }
  const found = folder.get(name);
  const inner: Folder = found instanceof Map ? found : new Map<string, Entry>();
  folder.set(name, inner);
  add(inner, rest, entry);
}

function treeId(folder: Folder): Buffer {
  // Git sorts by bytes, a folder as if its name ended with a slash.
  const key = (name: string, entry: Entry) => Buffer.from(entry instanceof Map ? `${name}/` : name);
  const sorted = [...folder].sort(([a, one], [b, other]) => Buffer.compare(key(a, one), key(b, other)));
  const lines = sorted.flatMap(([name, entry]) => {
    const { mode, id } = entry instanceof Map ? { mode: "40000", id: treeId(entry) } : entry;
    return [Buffer.from(`${mode} ${name}\0`), id];
  });
  return objectId("tree", Buffer.concat(lines));
}

function objectId(type: string, content: Buffer): Buffer {
  return createHash("sha1").update(`${type} ${content.length}\0`).update(content).digest();
}
