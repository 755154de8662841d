import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SourceName } from "./sources";
import { fingerprint } from "./sources/machine";

/** An installed tool. */
export interface Installed {
  readonly source: SourceName;
  readonly version: string;
  /** Program name to absolute path. */
  readonly programs: Readonly<Record<string, string>>;
  /** For programs of the machine: fingerprints of their files when they were accepted. */
  readonly fingerprints?: Readonly<Record<string, string>>;
}

/** The record in a tool's folder. Caches of earlier versions have the source as `way`. */
type InstalledRecord = Omit<Installed, "source"> & { readonly way: SourceName };

const recordIn = (folder: string): string => join(folder, "installed.json");

/** Records an installed tool in a folder. */
export function writeInstalled(folder: string, { source, ...installed }: Installed): void {
  const record: InstalledRecord = { way: source, ...installed };
  writeFileSync(recordIn(folder), JSON.stringify(record, null, 2));
}

/** The tool in a folder; undefined where there is none, or where its programs are missing or have changed. */
export function readInstalled(folder: string): Installed | undefined {
  const file = recordIn(folder);
  const record = existsSync(file) ? parsed(readFileSync(file, "utf8")) : undefined;
  if (record === undefined) return undefined;
  const { way, ...installed } = record;
  const holds = Object.entries(installed.programs).every(([program, path]) => {
    if (!existsSync(path)) return false;
    const expected = installed.fingerprints?.[program];
    return expected === undefined || fingerprint(path) === expected;
  });
  return holds ? { source: way, ...installed } : undefined;
}

/** A power failure can leave a file without its content. */
function parsed(text: string): InstalledRecord | undefined {
  try {
    return JSON.parse(text) as InstalledRecord;
  } catch {
    return undefined;
  }
}
