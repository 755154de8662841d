import { spawn } from "node:child_process";
import { projectRoot } from "../../engine/options";

/** A command that runs beside others, with all processes that it starts. */
export interface Background {
  /** Resolves when the command has ended, however it ended. */
  readonly ended: Promise<void>;
  /** Ends the command and its processes, and waits for it. */
  stop(): Promise<void>;
}

/** Starts a command in the project's folder, with its output on standard error. */
export function startBackground([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Background {
  // A process group of its own, so that its compilers end with it.
  const child = spawn(program, args, { cwd: projectRoot, env, detached: true, stdio: ["ignore", 2, 2] });
  let isOver = false;
  const ended = new Promise<void>((resolve) => {
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  }).then(() => {
    isOver = true;
  });
  const stop = async (): Promise<void> => {
    try {
      if (!isOver && child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
    } catch (error) {
      // It has just ended by itself.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
    await ended;
  };
  return { ended, stop };
}
