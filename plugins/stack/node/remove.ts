/** Taking a node away, whole or half made, watched or not. */
import { existsSync, rmdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { cgroupName, removeCgroups } from "./cgroups";
import { whileLocked } from "./lock";
import { run } from "./enter";
import { nodePaths } from "./paths";
import { endProcess } from "./processes";
import { recorded } from "./supervision";

const CGROUPS_MS = 30_000;

/** Removes a node, holding its lock. Fine when there is none. */
export async function takeDown(
  stateDir: string,
  signal: AbortSignal,
  status: (message: string) => void,
): Promise<void> {
  const paths = nodePaths(stateDir);
  const waiting = (pid: number) => status(`waiting for process ${pid}, which is changing this node`);
  await whileLocked(paths.lock, signal, waiting, async () => {
    status("ending the node's processes");
    await removeNode(stateDir);
  });
  // The folders above are ours as far as `kubeflow-stack`, and go when they hold nothing else.
  for (let folder = dirname(stateDir); ; folder = dirname(folder)) {
    if (!["nodes", "kubeflow-stack"].includes(basename(folder))) break;
    try {
      rmdirSync(folder);
    } catch {
      break;
    }
  }
}

/** Ends every process of a node, which takes its mounts and interfaces along, and removes its cgroups and its files. */
export async function removeNode(stateDir: string): Promise<void> {
  const paths = nodePaths(stateDir);
  // The supervisor first, or it brings the others back. Everything else ends with the first process of its namespace.
  await endProcess(recorded(paths, "supervisor"), 0);
  await endProcess(recorded(paths, "holder"), 0);
  await removeCgroups(cgroupName(stateDir), CGROUPS_MS);
  for (let attempt = 0; existsSync(stateDir); attempt++) {
    try {
      await run(["rm", "-rf", "--", stateDir]);
    } catch (error) {
      // Mounts of a namespace that has just ended may linger for a moment.
      if (attempt > 50) throw error;
      await delay(100);
    }
  }
}
