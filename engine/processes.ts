import { readdirSync, readFileSync } from "node:fs";

/** A process that cannot be mistaken for a later one of the same number: the kernel's start time and boot tell them apart. */
export interface ProcessId {
  readonly pid: number;
  /** Start time in clock ticks since boot. */
  readonly start: number;
  readonly boot: string;
}

/** What /proc/PID/stat tells of a process. */
interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  readonly start: number;
}

function stat(pid: number): Stat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may hold anything, parentheses too.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      state: fields[0] ?? "",
      parent: Number(fields[1]),
      session: Number(fields[3]),
      start: Number(fields[19]),
    };
  } catch {
    return undefined;
  }
}

let boot: string | undefined;
function bootId(): string {
  boot ??= readText("/proc/sys/kernel/random/boot_id").trim();
  return boot;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

/** The identity of a running process, or undefined when there is none of that number (or no /proc to tell by). */
export function identify(pid: number): ProcessId | undefined {
  const found = stat(pid);
  return found && found.state !== "Z" ? { pid, start: found.start, boot: bootId() } : undefined;
}

/** Whether that very process still runs. */
export function isAlive(id: ProcessId): boolean {
  const now = identify(id.pid);
  return now !== undefined && now.start === id.start && now.boot === id.boot;
}

/** The process's ancestors, nearest first, `depth` of them at most, init left out. */
export function ancestors(pid: number, depth: number): ProcessId[] {
  const found: ProcessId[] = [];
  for (let at = stat(pid)?.parent; at !== undefined && at > 1 && found.length < depth; at = stat(at)?.parent) {
    const id = identify(at);
    if (!id) break;
    found.push(id);
  }
  return found;
}

/** The words of a process's command line. */
export function commandLine(pid: number): string[] {
  return readText(`/proc/${pid}/cmdline`).split("\0").filter(Boolean);
}

/** Every process whose environment holds `NAME=value`; with `session`, only those of that session. */
export function marked(name: string, value: string, session?: number): ProcessId[] {
  const marker = `${name}=${value}`;
  return numbers().flatMap((pid) => {
    const found = stat(pid);
    if (!found || (session !== undefined && found.session !== session)) return [];
    if (!readText(`/proc/${pid}/environ`).split("\0").includes(marker)) return [];
    const id = identify(pid);
    return id ? [id] : [];
  });
}

function numbers(): number[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
  } catch {
    return [];
  }
}

/** Sends a signal to that very process; false when it is gone. */
export function signal(id: ProcessId, name: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  try {
    return process.kill(id.pid, name);
  } catch {
    return false;
  }
}

/**
 * Waits until none of `ids` runs.
 * @param seconds - how long to wait
 * @returns those that still run
 */
export async function waitForEnd(ids: readonly ProcessId[], seconds: number): Promise<ProcessId[]> {
  const deadline = performance.now() + seconds * 1000;
  let left = ids.filter(isAlive);
  while (left.length > 0 && performance.now() < deadline) {
    // A process that is not our child gives no event when it ends; its entry in /proc is all there is to watch.
    await new Promise((resolve) => setTimeout(resolve, 50));
    left = left.filter(isAlive);
  }
  return left;
}
