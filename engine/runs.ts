import { randomUUID } from "node:crypto";
import { readFileSync, realpathSync, rmSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../node/files";
import { withLock } from "../toolchain/lock";
import { UserError } from "./errors";
import { launchersOf } from "./launchers";
import { commandLine, identify, isAlive, marked, signal, waitForEnd, type ProcessId } from "./processes";

/** The environment variable that marks every process of a run, so that a later run can prove whose they are. */
export const RUN_MARKER = "KUBEFLOW_STACK_RUN";

/** What is kept of a run while it goes on; what is left of one was killed. */
export interface RunRecord {
  /** Value of the marker in the environment of the engine and all it starts. */
  readonly id: string;
  readonly command: string;
  readonly since: string;
  /** The command itself, and what started it: the bootstrap, npm's shell and npm. */
  readonly owner: ProcessId;
  readonly launchers: readonly ProcessId[];
  /** The engine: leader of a session of its own. */
  readonly engine?: ProcessId;
}

/** A run that this process holds. */
export interface Run {
  readonly id: string;
  /** Whether an earlier run was killed before its end, so that its lock and pending operations may be left. */
  readonly recovers: boolean;
  /** Records the engine, as soon as it has a number. */
  setEngine(pid: number): void;
  /** Keeps the record beyond this process: the engine was killed, and the next run has to clear up after it. */
  leave(): void;
  /** Forgets the run: it came to its end, well or not. */
  end(): void;
}

/** Where something is kept of a stack's run, as long as it goes on. */
export const runFile = (folder: string, stack: string, ending = "json"): string =>
  path.join(folder, "runs", `${stack.replaceAll("/", "_")}.${ending}`);

/** The record of the run that is going on, or was killed; undefined when there is none or it cannot be read. */
export function readRun(folder: string, stack: string): RunRecord | undefined {
  return readRecord(runFile(folder, stack));
}

function readRecord(file: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as RunRecord;
  } catch {
    return undefined;
  }
}

/** Commands that only look: they end nothing that still works. */
const lookers: readonly string[] = ["preview", "drift"];

/**
 * Begins a run on a stack: ends what a killed one left running, refuses while a live one goes on. Two that begin at once
 * take turns, so that the second finds the first.
 * @param command - `preview` and `drift` refuse also while the engine of a killed run still works
 * @param say - takes a line of progress
 * @throws UserError when another command is at work on the stack
 */
export function beginRun(folder: string, stack: string, command: string, say: (line: string) => void): Promise<Run> {
  const file = runFile(realpathSync(folder), stack);
  return withLock(`run ${file}`, async () => {
    const earlier = readRun(folder, stack);
    if (earlier) await clear(earlier, stack, command, say);
    return record(file, command, earlier !== undefined);
  });
}

function record(file: string, command: string, recovers: boolean): Run {
  const owner = identify(process.pid) ?? { pid: process.pid, start: 0, boot: "" };
  const since = new Date().toISOString();
  let kept: RunRecord = { id: randomUUID(), command, since, owner, launchers: launchersOf(process.pid) };
  let isLeft = false;
  const save = () => writeWhole(file, JSON.stringify(kept));
  save();
  return {
    id: kept.id,
    recovers,
    setEngine(pid) {
      const engine = identify(pid);
      if (engine) kept = { ...kept, engine };
      save();
    },
    leave() {
      isLeft = true;
    },
    end() {
      if (!isLeft && readRecord(file)?.id === kept.id) rmSync(file, { force: true });
    },
  };
}

/** Whether a run still has its owner, and the owner those that started it: npm killed leaves an owner that nobody minds. */
export function isAttended(record: RunRecord): boolean {
  return isAlive(record.owner) && record.launchers.every(isAlive);
}

async function clear(earlier: RunRecord, stack: string, command: string, say: (line: string) => void): Promise<void> {
  const { owner, since } = earlier;
  if (isAttended(earlier))
    throw new UserError(
      `npm run ${earlier.command} has been at work on stack ${stack} since ${since} (process ${owner.pid}); ` +
        `let it finish or end it.`,
    );
  const left = leftovers(earlier);
  const isAtWork = isOurs(owner) || (left.length > 0 && (!earlier.engine || isAlive(earlier.engine)));
  if (lookers.includes(command) && isAtWork)
    throw new UserError(
      `An npm run ${earlier.command} of ${since} that was cut off is in parts still at work on stack ${stack} ` +
        `(process ${(left[0] ?? owner).pid}); let it finish, or run npm run up, which ends it and goes on from there.`,
    );
  await endLeftovers(earlier, say);
}

/** Whether that very process still runs and is one of our commands. */
const isOurs = (owner: ProcessId): boolean =>
  isAlive(owner) && commandLine(owner.pid).some((word) => word.endsWith(path.join("cli", "main.ts")));

/** The engine of a killed run and what it started. */
const leftovers = (record: RunRecord): ProcessId[] => marked(RUN_MARKER, record.id, record.engine?.pid);

/**
 * Ends what is left of a killed run: its command, its engine and the plugins. Only processes proven to be its own, by
 * number, start time and boot, or by the run's marker within the sessions it had.
 */
async function endLeftovers(record: RunRecord, say: (line: string) => void): Promise<void> {
  if (isOurs(record.owner) && signal(record.owner, "SIGKILL")) await waitForEnd([record.owner], 10);
  const left = leftovers(record);
  if (left.length === 0) return;
  say(
    `ending what the killed \`npm run ${record.command}\` of ${record.since} left running (${left.length} processes)`,
  );
  // Asked once, the engine stops starting new work, lets what is under way end, and writes its state.
  const engine = left.find(({ pid }) => pid === record.engine?.pid);
  if (engine && signal(engine, "SIGINT")) await waitForEnd([engine], 15);
  const stubborn = leftovers(record);
  for (const id of stubborn) signal(id, "SIGKILL");
  const immortal = await waitForEnd(stubborn, 10);
  if (immortal.length > 0)
    throw new UserError(
      `Process ${immortal.map(({ pid }) => pid).join(", ")} of an earlier run does not end (blocked in the kernel); wait, or restart the machine.`,
    );
}
