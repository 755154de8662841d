/** Taking a node away, whole or half made, watched or not. */
import { existsSync, rmdirSync } from "node:fs";
import { basename, dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withLock } from "../toolchain/lock";
import { cgroupName, removeCgroups } from "./cgroups";
import { run } from "./enter";
import { type Owner, requireOwn } from "./owner";
import { nodePaths } from "./paths";
import { endProcess } from "./processes";
import { endSupervision } from "./supervise";
import { recorded } from "./supervision";

const CGROUPS_MS = 30_000;

/**
 * Removes a node, holding its lock. Fine when there is none.
 * @throws when it is not this owner's
 */
export async function takeDown(
  stateDir: string,
  owner: Owner,
  signal: AbortSignal,
  status: (message: string) => void,
): Promise<void> {
  const waiting = () => status("waiting for another command, which is changing this node");
  const remove = async () => {
    status("ending the node's processes");
    await removeNode(stateDir, owner);
  };
  await withLock(stateDir, remove, waiting, signal);
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

/**
 * Ends every process of a node, which takes its mounts and interfaces along, and removes its cgroups and its files.
 * @throws when it is not this owner's
 */
export async function removeNode(stateDir: string, owner: Owner): Promise<void> {
  requireOwn(stateDir, owner);
  const paths = nodePaths(stateDir);
  // The supervisor first, or it brings the others back. Everything else ends with the first process of its namespace.
  await endSupervision(paths);
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
