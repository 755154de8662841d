import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A run of the trainer's command line. */
export interface TrainerCommand {
  kill(signal: NodeJS.Signals): void;
  /** Resolves when a line of stdout matches; rejects when the process ends without one. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the process has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; lines: string[]; errors: string }>;
}

const running = new Set<ChildProcess>();

/** Ends every run that a failed test has left behind. */
export function endTrainers(): void {
  for (const child of running) child.kill("SIGKILL");
}

const main = join(__dirname, "..", "..", "..", "trainer", "src", "main.ts");

/** Starts the trainer as its image does, but from its sources; with this environment and no other. */
export function startTrainer(args: readonly string[], env: Record<string, string>): TrainerCommand {
  const child = spawn(process.execPath, ["--import", require.resolve("tsx"), main, ...args], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    for (const watch of watchers) watch();
  });
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    lines,
    errors,
  }));
  return {
    kill: (signal) => void child.kill(signal),
    ended,
    line: (pattern) =>
      new Promise((resolve, reject) => {
        const watch = (): void => {
          const match = lines.map((line) => pattern.exec(line)).find((each) => each !== null);
          if (!match) return;
          watchers.delete(watch);
          resolve(match);
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`Ended without ${String(pattern)}:\n${lines.join("\n")}\n${errors}`)));
      }),
  };
}
