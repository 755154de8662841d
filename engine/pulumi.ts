import { spawn } from "node:child_process";
import { execa } from "execa";
import path from "node:path";
import { UserError } from "./errors";
import { RUN_MARKER, type Run } from "./runs";
import type { PulumiPlace } from "./state";

/** The Pulumi CLI on one backend. */
export interface Pulumi {
  /**
   * Runs a command of the stack itself (init, export, output, …) and gives its standard output.
   * @param input - what to hand it on standard input
   * @throws UserError with what Pulumi said, when it fails
   */
  ask(args: readonly string[], input?: string): Promise<string>;
  /**
   * Runs a command that runs the program or plugins, its display on standard error, as part of a run.
   * @returns its exit code
   */
  operate(run: Run, args: readonly string[]): Promise<number>;
  /** Runs any command with the terminal as it is; gives its exit code. */
  pass(args: readonly string[]): Promise<number>;
}

/**
 * @param program - the pulumi executable
 * @param toolEnv - environment in which `pulumi` and its language host are found first
 */
export function pulumiOn(place: PulumiPlace, program: string, toolEnv: Readonly<Record<string, string>>): Pulumi {
  const env = {
    // The engine makes the whole state anew for each step; picking up after itself took it a sixth of its time.
    GOGC: "400",
    GOMEMLIMIT: "1GiB",
    ...process.env,
    ...toolEnv,
    ...place.env,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // Node keeps the compiled form of what the program loads; without it half of the load time is compiling.
    NODE_COMPILE_CACHE: path.join(place.home, "compile-cache"),
  };
  return {
    async ask(args, input) {
      const result = await execa(program, ["-C", place.stackFolder, "--non-interactive", "--color", "never", ...args], {
        env,
        reject: false,
        ...(input === undefined ? { stdin: "ignore" } : { input }),
      });
      if (result.exitCode !== 0)
        throw new UserError(
          `pulumi ${args.slice(0, 2).join(" ")} failed: ${lastWords(result.stderr || result.stdout)}`,
        );
      return result.stdout;
    },
    operate: (run, args) => operate(program, args, place.programFolder, { ...env, [RUN_MARKER]: run.id }, run),
    pass: (args) => follow(program, args, place.programFolder, env),
  };
}

function operate(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  run: Run,
): Promise<number> {
  // A session of its own: by it a later run knows the engine and its plugins, if this process is killed.
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", 2, 2], detached: true });
  if (child.pid !== undefined) run.setEngine(child.pid);
  // The terminal's Ctrl-C reaches this process alone; once asks the engine to stop, twice makes it.
  const forward = (name: NodeJS.Signals) => child.kill(name === "SIGHUP" ? "SIGTERM" : name);
  const signals: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of signals) process.on(name, forward);
  return new Promise<number>((resolve, reject) => {
    child.once("error", (error) => reject(new UserError(`${program} cannot be started: ${error.message}.`)));
    child.once("exit", (code) => {
      if (code === null) run.leave();
      resolve(code ?? 137);
    });
  }).finally(() => {
    for (const name of signals) process.removeListener(name, forward);
  });
}

function follow(program: string, args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { cwd, env, stdio: "inherit" });
  const ignore = () => undefined; // the terminal tells the child too; ending before it would cut its last words
  process.on("SIGINT", ignore);
  return new Promise<number>((resolve, reject) => {
    child.once("error", (error) => reject(new UserError(`${program} cannot be started: ${error.message}.`)));
    child.once("exit", (code) => resolve(code ?? 130));
  }).finally(() => process.removeListener("SIGINT", ignore));
}

const lastWords = (text: string): string =>
  text
    .trim()
    .split("\n")
    .slice(-5)
    .join("\n")
    .replace(/^error: /, "");
