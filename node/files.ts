/** Files that are whole or not there at all, whenever one is killed. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a file in one step, making its folder; leaves one of an equal text alone. Returns whether it changed. */
export function writeWhole(file: string, content: string | Buffer, mode = 0o600): boolean {
  if (readIfThere(file) === content) return false;
  mkdirSync(dirname(file), { recursive: true });
  const half = `${file}.${process.pid}.new`;
  writeFileSync(half, content, { mode });
  renameSync(half, file);
  return true;
}

/** A file's text, or undefined when it is not there. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
