/**
 * The state of a stack during `down`. Pulumi writes the whole state after every deleted object. Most of it is what the cluster
 * reported of objects, which no deletion needs.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { writeWhole } from "../node/files";
import type { StackOptions } from "./options";
import { runFile } from "./runs";
import type { Session } from "./session";
import { type Deployment, SECRET_KEY, type StateResource, exportStack, importStack } from "./stack";
import type { State } from "./state";

/** Trimming the state of a stack with fewer resources takes longer than it saves. */
const FEW = 300;

/** The state without the outputs of Kubernetes objects that a deletion does not need. Inputs stay. */
export function trimmed(deployment: Deployment): Deployment {
  return changed(deployment, (one) => (isObject(one) ? { ...one, outputs: trimmedOutputs(one.outputs ?? {}) } : one));
}

/**
 * Gives the remaining objects the outputs that they had before the state was trimmed.
 * @param left - what is left of the trimmed state
 * @param before - the state before it was trimmed
 */
export function restoreOutputs(left: Deployment, before: Deployment): Deployment {
  const outputs = new Map((before.deployment.resources ?? []).map((one) => [keyOf(one), one.outputs]));
  return changed(left, (one) => {
    const had = isObject(one) ? outputs.get(keyOf(one)) : undefined;
    return had ? { ...one, outputs: had } : one;
  });
}

/**
 * Runs work on a trimmed state. If the work fails, the remaining objects get their outputs back. If it is killed, the next
 * command that holds the stack gives them back.
 * @param work - destroys the stack; resolves to 0 when it succeeded
 */
export async function withTrimmedState(
  { options, state, pulumi }: Session,
  work: () => Promise<number>,
): Promise<number> {
  // Secrets are encrypted in the backup, as they are in the state.
  const before = await exportStack(options, pulumi);
  if ((before.deployment.resources ?? []).length < FEW) return work();
  writeWhole(backupFile(state, options), JSON.stringify(before));
  await importStack(options, pulumi, trimmed(before));
  let code = -1;
  try {
    code = await work();
  } finally {
    if (code !== 0) {
      const left = await exportStack(options, pulumi);
      await importStack(options, pulumi, restoreFromBackup(left, state, options));
    }
    discardBackup(state, options);
  }
  return code;
}

/** The state with the outputs that an interrupted `down` had trimmed; `left` itself where there is no backup. */
export function restoreFromBackup(left: Deployment, state: State, options: StackOptions): Deployment {
  const file = backupFile(state, options);
  return existsSync(file) ? restoreOutputs(left, JSON.parse(readFileSync(file, "utf8")) as Deployment) : left;
}

/** Deletes the backup: its outputs are restored, or no object is left. */
export const discardBackup = (state: State, options: StackOptions): void =>
  rmSync(backupFile(state, options), { force: true });

// An interrupted `down` of an earlier version left its backup under this name.
const backupFile = ({ folder }: State, { stack }: StackOptions): string => runFile(folder, stack, "whole.json");

const keyOf = ({ urn, id, delete: isGoing }: StateResource): string => `${urn} ${id ?? ""} ${String(isGoing ?? false)}`;

/** Whether a resource is a Kubernetes object of its own. A patch needs its outputs: deleting it reverts the fields that they list. */
const isObject = ({ custom, type }: StateResource): boolean =>
  custom && type.startsWith("kubernetes:") && !type.endsWith("Patch");

function changed(deployment: Deployment, change: (one: StateResource) => StateResource): Deployment {
  const { resources = [], ...others } = deployment.deployment;
  return { ...deployment, deployment: { ...others, resources: resources.map(change) } };
}

type Properties = Readonly<Record<string, unknown>>;

function trimmedOutputs(outputs: Properties): Properties {
  const { apiVersion, kind, metadata, __inputs, ...others } = outputs;
  // A property that is secret as a whole cannot be trimmed.
  if (SECRET_KEY in Object(metadata) || SECRET_KEY in Object(__inputs)) return outputs;
  const inputs = Object(__inputs) as Properties;
  return {
    apiVersion,
    kind,
    metadata: pick(metadata, "name", "namespace", "uid"),
    // Annotations name the deletion policy.
    __inputs: {
      ...pick(inputs, "apiVersion", "kind"),
      metadata: pick(inputs["metadata"], "name", "namespace", "annotations"),
    },
    ...pick(others, "__fieldManager", "__initialApiVersion"),
  };
}

function pick(from: unknown, ...keys: string[]): Properties {
  const all = Object(from) as Properties;
  return Object.fromEntries(keys.filter((key) => key in all).map((key) => [key, all[key]]));
}
