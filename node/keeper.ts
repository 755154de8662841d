/** Who sees to the supervisor: a shell that starts it anew when it has ended, as the supervisor does for the shell. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";
import { openLog } from "./logs";
import { type NodePaths } from "./paths";
import { recordFile } from "./supervision";

/**
 * Starts a keeper, and by it a supervisor of that version.
 * @param first - what the keeper is started by. Default: nothing
 */
export function startKeeper(paths: NodePaths, version: string, first: readonly string[] = []): ChildProcess {
  const script = (name: string) => ["sh", join(paths.config, name)];
  const recordedAs = (name: "keeper" | "supervisor") => [...script("launch.sh"), recordFile(paths, name)];
  const loader = require.resolve("../toolchain/typescript.cjs");
  const supervisor = [process.execPath, "--require", loader, join(__dirname, "supervisor.ts"), paths.stateDir, version];
  const keeper = [...script("keeper.sh"), paths.supervision, ...recordedAs("supervisor"), ...supervisor];
  const [program = "", ...words] = [...first, ...recordedAs("keeper"), ...keeper];
  const log = openLog(join(paths.logs, "supervisor.log"));
  const child = spawn(program, words, {
    ...{ cwd: "/", detached: true, env: { PATH: process.env["PATH"] }, stdio: ["ignore", log, log] },
  });
  child.unref();
  return child;
}
