/** Processes named by id and start time, so that a reused id is never mistaken for ours. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** A process of this machine; the pair is unique until the next boot, and `boot` tells boots apart. */
export interface ProcessId {
  readonly pid: number;
  /** Ticks from boot to its start: field 22 of /proc/PID/stat. */
  readonly started: number;
}

/** Reads a line as /proc/PID/stat gives it. The name in brackets may itself hold spaces and brackets. */
export function parseStat(line: string): (ProcessId & { state: string }) | undefined {
  const close = line.lastIndexOf(")");
  const pid = Number.parseInt(line, 10);
  const fields = line.slice(close + 2).split(" ");
  const started = Number(fields[19]);
  if (close < 0 || !Number.isInteger(pid) || !Number.isInteger(started)) return undefined;
  return { pid, started, state: fields[0] ?? "" };
}

/** The process that has this id now. */
export function processOf(pid: number): ProcessId | undefined {
  try {
    const stat = parseStat(readFileSync(`/proc/${pid}/stat`, "latin1"));
    return stat && stat.state !== "Z" && stat.state !== "X" ? { pid, started: stat.started } : undefined;
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. */
export function isAlive(id: ProcessId | undefined): id is ProcessId {
  return id !== undefined && processOf(id.pid)?.started === id.started;
}

/**
 * The process that recorded itself in this file, with a line of /proc/self/stat after a line with the boot's id: a start time
 * says nothing across a reboot.
 */
export function recordedProcess(file: string): ProcessId | undefined {
  try {
    const [boot, stat] = readFileSync(file, "latin1").split("\n");
    return boot === bootId() && stat !== undefined ? parseStat(stat) : undefined;
  } catch {
    return undefined;
  }
}

/** What tells this boot of the machine from any other. */
export function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
}

/** Sends a signal to exactly that process; false when it is gone. */
export function signalProcess(id: ProcessId | undefined, signal: NodeJS.Signals): boolean {
  if (!isAlive(id)) return false;
  try {
    process.kill(id.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Ends a process: SIGTERM, and SIGKILL when it has not obeyed after `graceMs`. Returns once it is gone. */
export async function endProcess(id: ProcessId | undefined, graceMs: number): Promise<void> {
  if (graceMs > 0) signalProcess(id, "SIGTERM");
  const deadline = Date.now() + graceMs;
  while (isAlive(id)) {
    if (Date.now() >= deadline) signalProcess(id, "SIGKILL");
    await delay(20);
  }
}
