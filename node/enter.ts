/** Running a program in a node, from outside. */
import { spawn } from "node:child_process";
import { type NodePaths } from "./paths";
import { isAlive } from "./processes";
import { recorded } from "./supervision";

/** A program's output; throws with the end of what it said when it fails. */
export async function run(
  command: readonly string[],
  options: { env?: NodeJS.ProcessEnv; signal?: AbortSignal; onLine?: (line: string) => void } = {},
): Promise<string> {
  const [program = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.env ? { env: options.env } : {}),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    let out = "";
    let all = "";
    const take = (chunk: string) => {
      all = (all + chunk).slice(-4000);
      for (const line of chunk.split("\n")) if (line.trim()) options.onLine?.(line.trim());
    };
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      out += chunk;
      take(chunk);
    });
    child.stderr.setEncoding("utf8").on("data", take);
    child.on("error", reject);
    child.on("close", (code, ended) =>
      code === 0
        ? resolve(out)
        : reject(new Error(`${command.join(" ")} failed (${ended ?? code}): ${all.trim().slice(-1500)}`)),
    );
  });
}

/** Runs a program in the node's root, network and processes. */
export async function runInNode(
  paths: NodePaths,
  command: readonly string[],
  options: Parameters<typeof run>[1] & { path: string },
): Promise<string> {
  const namespaceHolder = recorded(paths, "holder");
  if (!isAlive(namespaceHolder)) throw new Error(`The node at ${paths.stateDir} does not run; bring it up first.`);
  const enter = ["nsenter", "-t", `${namespaceHolder.pid}`, "-m", "-n", "-p", "-u", "-i", "--"];
  return run([...enter, "env", "-i", `PATH=${options.path}`, "HOME=/root", ...command], options);
}
