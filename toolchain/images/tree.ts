import { createReadStream, lstatSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";

/** One entry of an image's file system. Paths are absolute, without a slash at the end. */
export type Entry = { mode?: number; uid?: number; gid?: number } & (
  | { type: "directory" }
  | { type: "file"; content: Buffer | { file: string } }
  | { type: "symlink"; target: string }
  | { type: "link"; target: string }
);

/** Folders at the root that are links into usr/ in a Debian root, so that nothing is ever put in both. */
const merged = /^\/(bin|sbin|lib|lib64)(?=\/)/;

/** An image's file system before it is written: later entries win, folders in between come by themselves. */
export class Tree {
  private readonly entries = new Map<string, Entry>();

  /** @param isMerged Whether /bin, /sbin, /lib and /lib64 are links into /usr, as in Debian 12. */
  constructor(private readonly isMerged = false) {
    if (isMerged) for (const name of ["bin", "sbin", "lib", "lib64"]) this.link(`/${name}`, `usr/${name}`);
  }

  /** @returns This tree, with the entry in it. */
  add(path: string, entry: Entry): this {
    const place = this.place(path);
    if (place === "/" || (this.isMerged && /^\/(bin|sbin|lib|lib64)$/.test(place) && entry.type === "directory"))
      return this;
    for (let parent = posix.dirname(place); parent !== "/"; parent = posix.dirname(parent)) {
      if (!this.entries.has(parent)) this.entries.set(parent, { type: "directory" });
    }
    this.entries.set(place, entry.type === "link" ? { ...entry, target: this.place(entry.target) } : entry);
    return this;
  }

  private place(path: string): string {
    return this.isMerged ? path.replace(merged, "/usr/$1") : path;
  }

  file(path: string, content: string | Buffer, mode = 0o644, owner = 0): this {
    return this.add(path, { type: "file", content: Buffer.from(content), mode, uid: owner, gid: owner });
  }

  program(path: string, file: string): this {
    return this.add(path, { type: "file", content: { file }, mode: 0o755 });
  }

  folder(path: string, mode = 0o755, owner = 0): this {
    return this.add(path, { type: "directory", mode, uid: owner, gid: owner });
  }

  link(path: string, target: string): this {
    return this.add(path, { type: "symlink", target });
  }

  /** Copies a folder of this machine; everything in it belongs to root in the image. */
  copy(folder: string, to: string): this {
    for (const name of readdirSync(folder).sort()) {
      const from = join(folder, name);
      const place = posix.join(to, name);
      const info = lstatSync(from);
      if (info.isDirectory()) this.folder(place).copy(from, place);
      else if (info.isSymbolicLink()) this.link(place, readlinkSync(from));
      else this.add(place, { type: "file", content: { file: from }, mode: info.mode & 0o755 });
    }
    return this;
  }

  /** Leaves out what `unwanted` says. */
  prune(unwanted: (path: string) => boolean): this {
    for (const path of [...this.entries.keys()]) if (unwanted(path)) this.entries.delete(path);
    return this;
  }

  /**
   * The file system as a tar stream, the same bytes for the same content: sorted, with fixed times. Hard links come
   * last, after what they point to.
   */
  stream(): Pack {
    const tar = pack();
    const rank = (entry: Entry): number => (entry.type === "link" ? 1 : 0);
    const sorted = [...this.entries].sort(
      ([one, left], [other, right]) => rank(left) - rank(right) || (one < other ? -1 : 1),
    );
    void (async () => {
      for (const [path, entry] of sorted) await write(tar, path, entry);
      tar.finalize();
    })().catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))));
    return tar;
  }
}

async function write(tar: Pack, path: string, entry: Entry): Promise<void> {
  const common = { uid: entry.uid ?? 0, gid: entry.gid ?? 0, mtime: new Date(0), uname: "", gname: "" };
  const name = path.slice(1);
  const settled = (header: Parameters<Pack["entry"]>[0], body?: Buffer): Promise<void> =>
    new Promise((resolve, reject) =>
      tar.entry(header, body ?? Buffer.alloc(0), (error) => (error ? reject(error) : resolve())),
    );
  switch (entry.type) {
    case "directory":
      return settled({ ...common, name: `${name}/`, type: "directory", mode: entry.mode ?? 0o755 });
    case "symlink":
      return settled({ ...common, name, type: "symlink", linkname: entry.target, mode: 0o777 });
    case "link":
      return settled({
        ...common,
        name,
        type: "link",
        linkname: entry.target.replace(/^\//, ""),
        mode: entry.mode ?? 0o644,
      });
    case "file": {
      const header = { ...common, name, type: "file" as const, mode: entry.mode ?? 0o644 };
      if (Buffer.isBuffer(entry.content)) return settled(header, entry.content);
      const { file } = entry.content;
      return pipeline(createReadStream(file), tar.entry({ ...header, size: statSync(file).size }));
    }
  }
}
