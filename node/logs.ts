/** Logs of the node's programs: files they append to, kept from growing without end. */
import { copyFileSync, openSync, statSync, truncateSync } from "node:fs";

import { readIfThere } from "./files";

const LARGEST = 8 * 1024 * 1024;

/** Opens a log for appending; whoever is handed the descriptor goes on writing across a rotation. */
export function openLog(file: string): number {
  return openSync(file, "a", 0o600);
}

/** Keeps the last 8 to 16 MiB of a log: its older half goes to FILE.1, in place of what was there. */
export function rotateLog(file: string, largest = LARGEST): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= largest) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file);
}

/** The last lines of a log, for a message about what went wrong; empty when there is none. */
export function lastLines(file: string, count = 3): string {
  const lines = (readIfThere(file) ?? "").trimEnd().split("\n");
  return lines.slice(-count).join("\n").slice(-1000);
}
