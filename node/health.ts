/** Whether a node runs, as seen without changing it. */
import { existsSync } from "node:fs";
import { NodeApi } from "./api";
import { readIfThere } from "./files";
import { nodePaths } from "./paths";
import { isAlive } from "./processes";
import { PROCESSES, recorded } from "./supervision";

/** `absent`: no trace. `half-made`: its making was interrupted. `stopped`: something that should run does not. */
export interface Health {
  readonly status: "absent" | "half-made" | "stopped" | "running";
  /** What does not run, for a person. */
  readonly reason: string;
  /** Process ids by name, of those that run. */
  readonly processes: Readonly<Record<string, number>>;
}

/** Looks at the node's processes and asks its API server. */
export async function nodeHealth(stateDir: string): Promise<Health> {
  const paths = nodePaths(stateDir);
  const found = PROCESSES.map((name) => [name, recorded(paths, name)] as const);
  const processes = Object.fromEntries(found.flatMap(([name, id]) => (isAlive(id) ? [[name, id.pid]] : [])));
  const health = (status: Health["status"], reason: string): Health => ({ status, reason, processes });
  if (!existsSync(stateDir)) return health("absent", "there is no such node");
  if (!existsSync(paths.initialized)) return health("half-made", "its making was interrupted");
  // What the supervisor, or its keeper, is about to bring back does not count; that nobody would does.
  if (processes["supervisor"] === undefined && processes["keeper"] === undefined)
    return health("stopped", "its supervisor does not run");
  const missing = PROCESSES.filter((name) => processes[name] === undefined);
  try {
    // Where all runs, a slow answer is the machine's, and no reason to take the node for stopped.
    await new NodeApi(readIfThere(paths.kubeconfig) ?? "").get("/readyz", missing.length > 0 ? 5_000 : 20_000);
    return health("running", "");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return health(
      "stopped",
      missing.length > 0 ? `${missing.join(", ")} do not run` : `its API does not answer (${reason})`,
    );
  }
}
