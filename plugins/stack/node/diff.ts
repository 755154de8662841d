/** What a change of settings means for a node that exists. */
import { isDeepStrictEqual } from "node:util";
import type { DiffResult } from "../../base";
import type { Health } from "./health";
import type { NodeSettings } from "./settings";

/** Settings that a node is made with once and for all. */
const FOR_LIFE = ["name", "subnet", "stateDir"] as const;
const CHANGEABLE = ["kubernetesVersion", "apiPort", "publish", "images"] as const;

/** Whether version `b` comes before version `a`. */
function isOlder(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) > 0;
}

/**
 * Compares settings, and looks at whether the node runs: one that has stopped is revived by an update, one that is gone replaced.
 * @param status how the node is now
 */
export function diffNode(olds: NodeSettings, news: NodeSettings, status: Health["status"]): DiffResult {
  const detailed: NonNullable<DiffResult["detailed"]> = {};
  for (const key of FOR_LIFE) if (olds[key] !== news[key]) detailed[key] = "update-replace";
  for (const key of CHANGEABLE) if (!isDeepStrictEqual(olds[key], news[key])) detailed[key] = "update";
  // kubeadm upgrades a cluster, and never the other way.
  if (isOlder(olds.kubernetesVersion, news.kubernetesVersion)) detailed["kubernetesVersion"] = "update-replace";
  // Of one that stopped everything is still on disk. One that is gone comes back as another, empty cluster.
  if (status !== "running") detailed["status"] = status === "stopped" ? "update" : "update-replace";
  const replaces = Object.keys(detailed).filter((key) => detailed[key] === "update-replace");
  return {
    changes: Object.keys(detailed).length > 0,
    replaces,
    // Both would want the same ports.
    deleteBeforeReplace: replaces.length > 0,
    detailed,
  };
}
