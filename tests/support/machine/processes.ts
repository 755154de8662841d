/** Programs that a test's fixture runs, each with its output in a file of the fixture's folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { open } from "node:fs/promises";
import { join } from "node:path";

const running = new Set<ChildProcess>();
// A bench or a test that is interrupted leaves none of them behind.
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/**
 * Starts a program.
 * @param folder - where it runs, and where `NAME.log` takes what it says
 * @param env - environment beside this process's own
 */
export async function startProgram(
  program: string,
  args: readonly string[],
  { folder, name, env }: { folder: string; name: string; env?: Readonly<Record<string, string>> },
): Promise<ChildProcess> {
  const log = await open(join(folder, `${name}.log`), "a");
  const child = spawn(program, args, {
    cwd: folder,
    stdio: ["ignore", log.fd, log.fd],
    ...(env ? { env: { ...process.env, ...env } } : {}),
  });
  running.add(child);
  child.once("exit", () => running.delete(child));
  await log.close();
  return child;
}

/** Ends a program, gently first, and waits until it is gone. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), 5_000);
  await gone;
  clearTimeout(timer);
}
