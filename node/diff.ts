/** What a change of settings means for a node that exists. */
import { isDeepStrictEqual } from "node:util";
import type { DiffResult } from "../plugins/base";
import type { Health } from "./health";
import type { NodeSettings } from "./settings";

/** Settings that a node is made with once and for all. */
const FOR_LIFE = ["name", "subnet", "stateDir"] as const;
const CHANGEABLE = ["kubernetesVersion", "apiPort", "publish", "images"] as const;

/** kubeadm upgrades a cluster, and never the other way. */
const isDowngrade = (olds: NodeSettings, news: NodeSettings) =>
  olds.kubernetesVersion.localeCompare(news.kubernetesVersion, "en", { numeric: true }) > 0;

/** Whether a node of the old settings can become one of the new, and not only be replaced by it. */
export function canBecome(olds: NodeSettings, news: NodeSettings): boolean {
  return !isDowngrade(olds, news) && FOR_LIFE.every((key) => olds[key] === news[key]);
}

/**
 * Compares settings, and looks at whether the node runs: one that has stopped is revived by an update, one that is gone replaced.
 * @param status how the node is now
 */
export function diffNode(olds: NodeSettings, news: NodeSettings, status: Health["status"]): DiffResult {
  const detailed: NonNullable<DiffResult["detailed"]> = {};
  for (const key of FOR_LIFE) if (olds[key] !== news[key]) detailed[key] = "update-replace";
  for (const key of CHANGEABLE) if (!isDeepStrictEqual(olds[key], news[key])) detailed[key] = "update";
  if (isDowngrade(olds, news)) detailed["kubernetesVersion"] = "update-replace";
  // Of one that stopped everything is still on disk. One that is gone comes back as another, empty cluster.
  if (status !== "running") detailed["status"] = status === "stopped" ? "update" : "update-replace";
  const replaces = Object.keys(detailed).filter((key) => detailed[key] === "update-replace");
  // Not the old one first: the engine would close the old cluster's provider before it has deleted what is in it. Making the
  // new one takes the old one away.
  return { changes: Object.keys(detailed).length > 0, replaces, deleteBeforeReplace: false, detailed };
}
