import {
  chmodSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { withLock } from "../../../toolchain/lock";
import { type Progress, standardProgress } from "../../../toolchain/progress";
import { type Tool, ToolError } from "../../../toolchain/types";
import { pulumi } from "../../versions";
import { ensureTools, installTool } from "../index";
import { pluginRelease, type PluginName } from "./release";

/** Where a provider plugin came from. */
export type PluginOrigin = "there already" | "official program" | "stand-in";

const projectRoot = join(__dirname, "../../..");

/** The official `random` plugin as a tool. No package registry has it. */
export const randomTool: Tool = {
  ...pluginRelease("random"),
  registries: { none: "plugins/random of this project stands in" },
};

/**
 * Puts the provider plugins where the engine looks for them. A plugin that is there already stays.
 *
 * `kubernetes` is always the official program: its release, or the same sources built from their Go module. `random` is its release,
 * or a launcher of this project's stand-in.
 *
 * @param pulumiHome The engine's `PULUMI_HOME`.
 * @throws ToolError when the Kubernetes plugin cannot be obtained.
 */
export async function ensurePlugins(
  pulumiHome: string,
  progress: Progress = standardProgress(),
): Promise<Record<PluginName, PluginOrigin>> {
  const [kubernetes, random] = await Promise.all([
    ensureKubernetes(pulumiHome, progress),
    ensureRandom(pulumiHome, progress),
  ]);
  return { kubernetes, random };
}

function ensureKubernetes(pulumiHome: string, progress: Progress): Promise<PluginOrigin> {
  const place = placeOf("kubernetes", pulumiHome);
  return placed(place, isProgram, async (file) => {
    const tools = await ensureTools(["pulumi-kubernetes"], progress);
    linkOrCopy(tools.bin(place.program), file);
    return "official program";
  });
}

function ensureRandom(pulumiHome: string, progress: Progress): Promise<PluginOrigin> {
  const place = placeOf("random", pulumiHome);
  const launcher = launcherOf("random");
  const isSettled = (file: string) => isProgram(file) || isText(file, launcher);
  return placed(place, isSettled, async (file) => {
    const official = await installTool("pulumi-random", randomTool, quietly(progress, "random")).catch(
      (error: unknown) => {
        if (error instanceof ToolError) return undefined;
        throw error;
      },
    );
    const path = official?.programs[place.program];
    if (path) linkOrCopy(path, file);
    else writeFileSync(file, launcher);
    return path ? "official program" : "stand-in";
  });
}

/** The folder in which the engine looks for a plugin, and the plugin's program. */
interface Place {
  readonly folder: string;
  readonly program: string;
}

const placeOf = (name: PluginName, pulumiHome: string): Place => ({
  folder: join(pulumiHome, "plugins", `resource-${name}-v${pulumi.plugins[name]}`),
  program: `pulumi-resource-${name}`,
});

/** Writes a plugin's folder as a whole, in one process at a time, unless it is settled. */
async function placed(
  { folder, program }: Place,
  isSettled: (file: string) => boolean,
  write: (file: string) => Promise<PluginOrigin>,
): Promise<PluginOrigin> {
  const settled = () => isSettled(join(folder, program));
  if (settled()) return "there already";
  return withLock(`plugin ${folder}`, async () => {
    if (settled()) return "there already";
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const file = join(partial, program);
    const origin = await write(file);
    chmodSync(file, 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return origin;
  });
}

/** Whether a file is a compiled program: those have some hundred megabytes, a stand-in's launcher a few lines. */
function isProgram(file: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  return size > 64 * 1024;
}

function isText(file: string, text: string): boolean {
  return statSync(file, { throwIfNoEntry: false }) !== undefined && readFileSync(file, "utf8") === text;
}

/** A hard link, since the program is large; a copy where the cache lies on another file system. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Starts the stand-in from this clone, so that it stays as new as the project is. */
function launcherOf(name: PluginName): string {
  const modules = join(projectRoot, "node_modules");
  const words = [
    join(modules, ".bin", "node"),
    "--require",
    join(projectRoot, "toolchain", "typescript.cjs"),
    join(projectRoot, "plugins", name, "main.ts"),
  ].map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  return `#!/bin/sh\n# kubeflow-stack's stand-in for the official plugin, which could not be had.\nexec ${words.join(" ")} "$@"\n`;
}

/** A stand-in takes over where the official plugin cannot be had, so that is no failure. */
function quietly(progress: Progress, name: PluginName): Progress {
  return {
    start(title) {
      const task = progress.start(title);
      return { ...task, fail: () => task.done(`this project's plugins/${name} stands in`) };
    },
  };
}
