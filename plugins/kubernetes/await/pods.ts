/** What keeps pods from running, in words. */
import { type PropertyMap, type Value } from "../../base";
import { at, listAt, mapAt, namespaceOf, nameOf, numberAt, plainText, textAt } from "../object";
import type { Resources } from "../resources";
import type { Selection } from "./watch";

/** Reasons of a waiting container that belong to an ordinary start. */
const ORDINARY = new Set(["", "ContainerCreating", "PodInitializing"]);
const LOG_LINES = 10;
const MOST_PODS = 3;

/** The pods a workload's `spec.selector` selects, as a watch. */
export function podsOf(workload: PropertyMap): Selection {
  return {
    path: `/api/v1/namespaces/${namespaceOf(workload) || "default"}/pods`,
    labelSelector: labelSelector(mapAt(workload, "spec", "selector")),
  };
}

/** A label selector as a query. */
export function labelSelector(selector: PropertyMap): string {
  const parts = Object.entries(mapAt(selector, "matchLabels")).map(([key, value]) => `${key}=${plainText(value)}`);
  for (const expression of listAt(selector, "matchExpressions")) {
    const key = textAt(expression, "key");
    const values = listAt(expression, "values").map(plainText).join(",");
    const operator = textAt(expression, "operator");
    if (operator === "In") parts.push(`${key} in (${values})`);
    else if (operator === "NotIn") parts.push(`${key} notin (${values})`);
    else if (operator === "Exists") parts.push(key);
    else if (operator === "DoesNotExist") parts.push(`!${key}`);
  }
  return parts.join(",");
}

/** Whether the pod says it is ready. */
export function isPodReady(pod: PropertyMap): boolean {
  return textAt(condition(pod, "Ready"), "status") === "True";
}

/** A condition of an object by its type. */
export function condition(object: PropertyMap, type: string): Value | undefined {
  return listAt(object, "status", "conditions").find((item) => textAt(item, "type") === type);
}

/** What is wrong with a pod, one sentence each; nothing for one that is merely starting. */
export function podProblems(pod: PropertyMap): string[] {
  const problems: string[] = [];
  const scheduled = condition(pod, "PodScheduled");
  if (textAt(scheduled, "status") === "False") {
    problems.push(`${textAt(scheduled, "reason")}: ${textAt(scheduled, "message")}`);
  }
  for (const status of containerStatuses(pod)) {
    const name = textAt(status, "name");
    const waiting = mapAt(status, "state", "waiting");
    const reason = textAt(waiting, "reason");
    if (!ORDINARY.has(reason)) {
      const detail = textAt(waiting, "message");
      problems.push(`container "${name}": ${reason}${detail === "" ? "" : `: ${detail}`}${lastExit(status)}`);
    }
    const ended = mapAt(status, "state", "terminated");
    if (numberAt(ended, 0, "exitCode") !== 0) problems.push(`container "${name}" ${exitText(ended)}`);
  }
  if (textAt(pod, "status", "phase") === "Failed" && problems.length === 0) {
    problems.push(`${textAt(pod, "status", "reason") || "Failed"}: ${textAt(pod, "status", "message")}`);
  }
  if (problems.length === 0 && textAt(pod, "status", "phase") === "Running" && !isPodReady(pod)) {
    const unready = textAt(condition(pod, "Ready"), "message");
    if (unready !== "") problems.push(`running, but not ready: ${unready}`);
  }
  return problems.map((problem) => `Pod ${nameOf(pod)}: ${problem}`);
}

function containerStatuses(pod: PropertyMap): Value[] {
  return [...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")];
}

function lastExit(status: Value): string {
  const last = at(status, "lastState", "terminated");
  return last === undefined ? "" : ` (it ${exitText(last)}; ${numberAt(status, 0, "restartCount")} restarts)`;
}

function exitText(terminated: Value): string {
  const reason = textAt(terminated, "reason");
  const message = textAt(terminated, "message").trim();
  const code = numberAt(terminated, 0, "exitCode");
  return `exited with code ${code}${reason === "" || reason === "Error" ? "" : ` (${reason})`}${message === "" ? "" : `: ${message}`}`;
}

/** The last log lines of containers that failed, one text each; the logs of a few pods say enough. */
export async function failureLogs(pods: readonly PropertyMap[], resources: Resources): Promise<string[]> {
  const texts: string[] = [];
  for (const pod of pods.slice(0, MOST_PODS)) {
    for (const status of containerStatuses(pod)) {
      const failedNow = numberAt(status, 0, "state", "terminated", "exitCode") !== 0;
      const failedBefore = at(status, "lastState", "terminated") !== undefined;
      if (!failedNow && !failedBefore) continue;
      const container = textAt(status, "name");
      const log = await resources.logs(namespaceOf(pod), nameOf(pod), container, !failedNow, LOG_LINES);
      if (log.trim() !== "")
        texts.push(`Last lines of container "${container}" of pod ${nameOf(pod)}:\n${log.trimEnd()}`);
    }
  }
  return texts;
}
