import { existsSync, mkdirSync, createWriteStream } from "node:fs";
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { execa, ExecaError } from "execa";
import { ToolError } from "./types";

export interface RunOptions {
  cwd?: string;
  /** Added to this process's environment. */
  env?: Record<string, string | undefined>;
  /** Called with each line that the program writes, on either stream. */
  onLine?: (line: string) => void;
  /** A file that gets everything the program writes. */
  log?: string;
  /** Ends the program. */
  signal?: AbortSignal;
}

const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));

/**
 * Runs a program to its end. It dies with this process, even by SIGKILL, where util-linux's setpriv is there: an
 * abandoned build would go on writing into folders that the next run works in.
 *
 * @returns What it wrote on standard output.
 * @throws ToolError naming the command, how it ended, and the last lines it wrote.
 */
export async function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const command = setpriv ? [setpriv, "--pdeathsig", "KILL", "--", program] : [program];
  const child = execa(command[0] as string, [...command.slice(1), ...args], {
    cwd: options.cwd,
    env: options.env,
    cancelSignal: options.signal,
    stdin: "ignore",
    all: true,
    maxBuffer: 64 << 20,
  });
  const logged = options.log ? keep(child.all, options.log) : Promise.resolve();
  try {
    if (options.onLine) for await (const line of child.iterable({ from: "all" })) options.onLine(line);
    return (await child).stdout;
  } catch (error) {
    if (!(error instanceof ExecaError)) throw error;
    const tail = String(error.all ?? error.stderr ?? "")
      .trim()
      .split("\n")
      .slice(-12)
      .join("\n");
    const how =
      error.code === "ENOENT"
        ? "is not there"
        : error.signal
          ? `ended by ${error.signal}`
          : error.exitCode === undefined
            ? `cannot be run (${error.code ?? error.shortMessage})`
            : `exit code ${error.exitCode}`;
    const see = options.log ? ` (log: ${options.log})` : "";
    throw new ToolError(`"${[program, ...args.slice(0, 6)].join(" ")}" ${how}${see}${tail && `:\n${tail}`}`);
  } finally {
    await logged;
  }
}

/** A log that cannot be written is no reason to stop the work. */
async function keep(output: Readable, file: string): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  await pipeline(output, createWriteStream(file, { flags: "a" })).catch(() => undefined);
}
