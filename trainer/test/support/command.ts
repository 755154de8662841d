import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A run of the trainer's command line. */
export interface Command {
  pid: number;
  kill(signal: NodeJS.Signals): void;
  /** Resolves when a line of stdout matches; rejects when the process ends before. */
  line(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the process has ended. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null; lines: string[]; stderr: string }>;
}

const MAIN = join(__dirname, "..", "..", "src", "main.ts");

/** Starts the trainer as its image does, but from its sources; with this environment and no other. */
export function startCommand(args: readonly string[], env: Record<string, string>): Command {
  const child = spawn(process.execPath, ["--import", require.resolve("tsx"), MAIN, ...args], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const lines: string[] = [];
  const watchers = new Set<() => void>();
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(line);
    for (const watch of watchers) watch();
  });
  const ended = once(child, "close").then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    lines,
    stderr,
  }));
  return {
    pid: child.pid!,
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
        void ended.then(() => reject(new Error(`Ended without ${pattern}:\n${lines.join("\n")}\n${stderr}`)));
      }),
  };
}
