import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { arch, system } from "../../toolchain/home";
import { alone } from "../../toolchain/lock";
import { type Progress, standardProgress } from "../../toolchain/progress";
import { type Tool, ToolError } from "../../toolchain/types";
import { pulumi } from "../versions";
import { installTool } from "./index";

/** A provider plugin that has a stand-in in this project. */
export type PluginName = keyof typeof pulumi.plugins;

/** Where a provider plugin came from. */
export type PluginOrigin = "there already" | "official release" | "stand-in";

const projectRoot = join(__dirname, "../..");

/** A provider plugin as a tool: its official release or nothing, since no package registry has it. */
export function pluginTool(name: PluginName): Tool {
  const version = pulumi.plugins[name];
  const program = `pulumi-resource-${name}`;
  const release = `https://github.com/pulumi/pulumi-${name}/releases/download/v${version}`;
  return {
    version,
    programs: [program],
    machine: { none: "the engine finds a plugin of the machine by itself" },
    official: {
      files: [
        {
          url: `${release}/${program}-v${version}-${system}-${arch}.tar.gz`,
          sha256: { publishedAt: `${release}/pulumi-${name}_${version}_checksums.txt` },
          programs: { [program]: program },
        },
      ],
    },
    registries: { none: `plugins/${name} of this project stands in` },
  };
}

/**
 * Puts the provider plugins where the engine looks for them: the official one, else a launcher of this project's
 * stand-in, which speaks the same protocol. An official plugin that is there already stays as it is.
 *
 * @param pulumiHome The engine's `PULUMI_HOME`.
 * @returns Where each came from.
 */
export async function ensurePlugins(
  pulumiHome: string,
  progress: Progress = standardProgress(),
): Promise<Record<PluginName, PluginOrigin>> {
  const one = (name: PluginName): Promise<PluginOrigin> => ensurePlugin(name, pulumiHome, progress);
  const [kubernetes, random] = await Promise.all([one("kubernetes"), one("random")]);
  return { kubernetes, random };
}

async function ensurePlugin(name: PluginName, pulumiHome: string, progress: Progress): Promise<PluginOrigin> {
  const program = `pulumi-resource-${name}`;
  const folder = join(pulumiHome, "plugins", `resource-${name}-v${pulumi.plugins[name]}`);
  const launcher = launcherOf(name);
  if (isSettled(join(folder, program), launcher)) return "there already";
  return alone(`plugin ${folder}`, async () => {
    if (isSettled(join(folder, program), launcher)) return "there already";
    const official = await installTool(`pulumi-${name}`, pluginTool(name), quietly(progress, name)).catch(
      (error: unknown) => {
        if (error instanceof ToolError) return undefined;
        throw error;
      },
    );
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const place = join(partial, program);
    const path = official?.programs[program];
    if (path) copyFileSync(path, place);
    else writeFileSync(place, launcher);
    chmodSync(place, 0o755);
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
    return path ? "official release" : "stand-in";
  });
}

/** Whether the engine's folder holds an official plugin, or the stand-in of this very clone. */
function isSettled(file: string, launcher: string): boolean {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return false;
  // The official plugin is a program of some hundred megabytes, no script of a few lines.
  return size > 64 * 1024 || readFileSync(file, "utf8") === launcher;
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

/** That a plugin cannot be had is no failure: its stand-in takes over. */
function quietly(progress: Progress, name: PluginName): Progress {
  return {
    start(title) {
      const task = progress.start(title);
      return { ...task, fail: () => task.done(`this project's plugins/${name} stands in`) };
    },
  };
}
