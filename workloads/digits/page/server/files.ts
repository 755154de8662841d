import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

/** One of the page's files as it is sent. */
export interface PageFile {
  type: string;
  etag: string;
  plain: Buffer;
  br: Buffer;
  gzip: Buffer;
}

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/**
 * Reads the page's few files once, and compresses them once. What is not among them cannot be asked for, whatever the path.
 *
 * @returns the files by path; `/` is index.html.
 * @throws Error when the folder has no index.html.
 */
export function readFiles(folder: string): Map<string, PageFile> {
  const files = new Map<string, PageFile>();
  for (const name of readdirSync(folder)) {
    const type = types[extname(name)];
    if (!type) continue;
    const plain = readFileSync(join(folder, name));
    const etag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`;
    files.set(`/${name}`, { type, etag, plain, br: brotliCompressSync(plain), gzip: gzipSync(plain) });
  }
  const index = files.get("/index.html");
  if (!index) throw new Error(`${folder} holds no index.html; run "npm run build" or set PUBLIC_DIR.`);
  return files.set("/", index);
}
