import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "../process";
import { type MachineSource, ToolError } from "../types";

/** Looks a program up on the PATH, leaving out what this project's own folders add to it. */
export function findOnPath(program: string, path = process.env["PATH"] ?? ""): string | undefined {
  // Programs for administrators are often in folders that are not on everybody's PATH.
  for (const folder of [...path.split(delimiter), "/usr/sbin", "/sbin"]) {
    if (!folder || folder.includes("node_modules")) continue;
    const file = join(folder, program);
    try {
      accessSync(file, constants.X_OK);
      if (statSync(file).isFile()) return file;
    } catch {
      // Not in this folder.
    }
  }
  return undefined;
}

/**
 * Accepts a tool that the machine has, when all its programs are there and its version fits.
 *
 * @returns Absolute paths of the programs.
 * @throws ToolError saying what does not fit.
 */
export async function takeFromMachine(
  source: MachineSource,
  programs: readonly string[],
): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const program of programs) {
    const path = findOnPath(program);
    if (!path) throw new ToolError(`${program} is not on the PATH`);
    found[program] = path;
  }
  const output = await run(findOnPath(source.asks) ?? source.asks, source.args ?? ["--version"]);
  const version = /\d+\.\d+(\.\d+)?/.exec(output)?.[0];
  if (!version) throw new ToolError(`${source.asks} does not tell its version`);
  if (source.exactly && version !== source.exactly)
    throw new ToolError(`${source.asks} is ${version}, not ${source.exactly}`);
  if (source.least && compareVersions(version, source.least) < 0) {
    throw new ToolError(`${source.asks} is ${version}, older than ${source.least}`);
  }
  return found;
}

/** Orders dotted versions by number. */
export function compareVersions(one: string, other: string): number {
  const [left, right] = [one, other].map((version) => version.split(".").map(Number));
  for (let index = 0; index < 3; index++) {
    const difference = (left?.[index] ?? 0) - (right?.[index] ?? 0);
    if (difference) return difference;
  }
  return 0;
}

/** What a program's file is, to notice that it was replaced. */
export function fingerprint(file: string): string {
  const { size, mtimeMs } = statSync(realpathSync(file));
  return `${size}-${mtimeMs}`;
}
