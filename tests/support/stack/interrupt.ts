/** Kills `npm run up` half-way. */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { RUN_MARKER } from "../../../engine/runs";
import type { Place } from "./place";
import { until } from "../machine/until";

/** What Pulumi says of a resource that has just changed. */
const CHANGED = /(created|updated|replaced|replacement) \(/g;

/** What it says of one that has just been deleted. */
const DELETED = / deleted \(/g;

/** How many resources are gone, by what `down` has said. */
export const deletionsIn = (said: string): number => (said.match(DELETED) ?? []).length;

/** How many resources have changed, by what `up` has said. */
export const changesIn = (said: string): number => (said.match(CHANGED) ?? []).length;

/** A command came to its end before it could be killed. */
export class EndedError extends Error {
  override readonly name = "EndedError";
  constructor(
    message: string,
    readonly code: number | null,
  ) {
    super(message);
  }
}

/** When to kill, told by what has come to pass. */
export interface Moment {
  /** In words, for messages. */
  readonly what: string;
  /** Whether it has come, asked again and again. */
  readonly hasCome: (said: string) => unknown;
}

/**
 * Runs a command until a moment has come, and kills it by SIGKILL.
 * @param everything - its engine, its plugins and what they started, too; otherwise the command alone, which leaves those to themselves
 * @param command - Default: up
 * @throws EndedError when it ends before
 */
export async function killUp(
  place: Place,
  { what, hasCome }: Moment,
  everything: boolean,
  command: "up" | "down" = "up",
): Promise<void> {
  const child = place.start([command], true);
  child.stdout.resume();
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const ended = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
  let isOver = false;
  const tooSoon = ended.then(([code]) => {
    isOver = true;
    throw new EndedError(`npm run ${command} ended with ${code} before ${what}: ${said.slice(-2000)}`, code);
  });
  try {
    await Promise.race([until(what, () => isOver || hasCome(said), 600), tooSoon]);
  } finally {
    if (!isOver) {
      tooSoon.catch(() => undefined);
      killAtOnce(-(child.pid ?? 0));
      if (everything) for (const pid of processesOfRuns(place)) killAtOnce(pid);
    }
  }
  const [, signal] = await ended;
  if (signal !== "SIGKILL") throw new Error(`npm run ${command} was ended by ${signal ?? "itself"} when ${what}.`);
}

/** Processes of runs on a stack, by the marker in their environment. */
export function processesOfRuns({ state }: Place): number[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return environment.includes(`${RUN_MARKER}=`) && environment.includes(`PULUMI_HOME=${state}`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Ends a process, or a group where the number is negative, at once; one that has just ended by itself may be gone. */
function killAtOnce(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
