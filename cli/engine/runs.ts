import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UserError } from "../errors";
import { ancestors, commandLine, identify, isAlive, marked, signal, waitForEnd, type ProcessId } from "./processes";

/** The environment variable that marks every process of a run, so that a later run can prove whose they are. */
export const RUN_MARKER = "KUBEFLOW_STACK_RUN";

/** What is kept of a run while it goes on; what is left of one was killed. */
export interface RunRecord {
  /** Value of the marker in the environment of the engine and all it starts. */
  readonly id: string;
  readonly command: string;
  readonly since: string;
  /** The command itself, and what started it: npm's shell and the bootstrap. */
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

const recordFile = (folder: string, stack: string): string =>
  path.join(folder, "runs", `${stack.replaceAll("/", "_")}.json`);

/** The record of the run that is going on, or was killed; undefined when there is none or it cannot be read. */
export function readRun(folder: string, stack: string): RunRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(folder, stack), "utf8")) as RunRecord;
  } catch {
    return undefined;
  }
}

/**
 * Begins a run on a stack: ends what a killed one left running, refuses while a live one goes on.
 * @param say - takes a line of progress
 * @throws UserError when another command is at work on the stack
 */
export async function beginRun(
  folder: string,
  stack: string,
  command: string,
  say: (line: string) => void,
): Promise<Run> {
  const earlier = readRun(folder, stack);
  if (earlier) {
    if (isAttended(earlier))
      throw new UserError(
        `npm run ${earlier.command} has been at work on stack ${stack} since ${earlier.since} (process ${earlier.owner.pid}); ` +
          `let it finish or end it.`,
      );
    await endLeftovers(earlier, say);
  }
  const owner = identify(process.pid) ?? { pid: process.pid, start: 0, boot: "" };
  let record: RunRecord = {
    id: randomUUID(),
    command,
    since: new Date().toISOString(),
    owner,
    launchers: ancestors(process.pid, 2),
  };
  const file = recordFile(folder, stack);
  let isLeft = false;
  const save = () => writeWhole(file, JSON.stringify(record));
  save();
  return {
    id: record.id,
    recovers: earlier !== undefined,
    setEngine(pid) {
      const engine = identify(pid);
      if (engine) record = { ...record, engine };
      save();
    },
    leave() {
      isLeft = true;
    },
    end() {
      if (!isLeft) rmSync(file, { force: true });
    },
  };
}

/** Whether a run still has its owner, and the owner those that started it: npm killed leaves an owner that nobody minds. */
export function isAttended(record: RunRecord): boolean {
  return isAlive(record.owner) && record.launchers.every(isAlive);
}

/**
 * Ends what is left of a killed run: its command, its engine and the plugins. Only processes proven to be its own, by
 * number, start time and boot, or by the run's marker within the sessions it had.
 */
async function endLeftovers(record: RunRecord, say: (line: string) => void): Promise<void> {
  const isCommand = commandLine(record.owner.pid).some((word) => word.endsWith(path.join("cli", "main.ts")));
  if (isAlive(record.owner) && isCommand) signal(record.owner, "SIGKILL");
  const ours = () => marked(RUN_MARKER, record.id, record.engine?.pid);
  const left = ours();
  if (left.length === 0) return;
  say(
    `ending what the killed \`npm run ${record.command}\` of ${record.since} left running (${left.length} processes)`,
  );
  // Asked once, the engine stops starting new work, lets what is under way end, and writes its state.
  const engine = left.find(({ pid }) => pid === record.engine?.pid);
  if (engine && signal(engine, "SIGINT")) await waitForEnd([engine], 15);
  const stubborn = ours();
  for (const id of stubborn) signal(id, "SIGKILL");
  const immortal = await waitForEnd(stubborn, 10);
  if (immortal.length > 0)
    throw new UserError(
      `Process ${immortal.map(({ pid }) => pid).join(", ")} of an earlier run does not end (blocked in the kernel); wait, or restart the machine.`,
    );
}

function writeWhole(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, text, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
