/**
 * The state of a stack on its way down. The engine writes all of it anew for each object that goes, and most of it is what the cluster said of
 * objects, which no deletion asks for.
 */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { writeWhole } from "../node/files";
import type { Options } from "../cli/arguments";
import { runFile } from "./runs";
import type { Session } from "./session";
import { type Deployment, SECRET_KEY, type StateResource, exportStack, importStack } from "./stack";
import type { State } from "./state";

/** With fewer objects, making the state lean takes longer than it saves. */
const FEW = 300;

/** The state without what a deletion does not need of Kubernetes' objects. Their inputs stay. */
export function lean(deployment: Deployment): Deployment {
  return changed(deployment, (one) => (isObject(one) ? { ...one, outputs: leanOutputs(one.outputs ?? {}) } : one));
}

/** The state with all that it had before it was made lean, of what is still there. */
export function whole(left: Deployment, before: Deployment): Deployment {
  const outputs = new Map((before.deployment.resources ?? []).map((one) => [keyOf(one), one.outputs]));
  return changed(left, (one) => {
    const had = isObject(one) ? outputs.get(keyOf(one)) : undefined;
    return had ? { ...one, outputs: had } : one;
  });
}

/**
 * Does work on a lean state. What is left when the work fails, or is killed, gets back what it had: here, or when the next command holds the stack.
 * @param work - takes the stack down; answers with 0 when it has
 */
export async function withLeanState({ options, state, pulumi }: Session, work: () => Promise<number>): Promise<number> {
  // Secrets are encrypted in it, as they are in the state.
  const before = await exportStack(options, pulumi);
  if ((before.deployment.resources ?? []).length < FEW) return work();
  writeWhole(wholeFile(state, options), JSON.stringify(before));
  await importStack(options, pulumi, lean(before));
  let code = -1;
  try {
    code = await work();
  } finally {
    if (code !== 0) await importStack(options, pulumi, restored(await exportStack(options, pulumi), state, options));
    forgetWhole(state, options);
  }
  return code;
}

/** The state with what a `down` that was killed had taken out of it; the same where there was none. */
export function restored(left: Deployment, state: State, options: Options): Deployment {
  const file = wholeFile(state, options);
  return existsSync(file) ? whole(left, JSON.parse(readFileSync(file, "utf8")) as Deployment) : left;
}

/** Forgets what was taken out: it is back, or nothing is left. */
export const forgetWhole = (state: State, options: Options): void => rmSync(wholeFile(state, options), { force: true });

const wholeFile = ({ folder }: State, { stack }: Options): string => runFile(folder, stack, "whole.json");

const keyOf = ({ urn, id, delete: isGoing }: StateResource): string => `${urn} ${id ?? ""} ${String(isGoing ?? false)}`;

/** Whether a resource is an object of Kubernetes that goes as a whole: a patch takes back what its state says that it holds. */
const isObject = ({ custom, type }: StateResource): boolean =>
  custom && type.startsWith("kubernetes:") && !type.endsWith("Patch");

function changed(deployment: Deployment, change: (one: StateResource) => StateResource): Deployment {
  const { resources = [], ...others } = deployment.deployment;
  return { ...deployment, deployment: { ...others, resources: resources.map(change) } };
}

type Properties = Readonly<Record<string, unknown>>;

function leanOutputs(outputs: Properties): Properties {
  const { apiVersion, kind, metadata, __inputs, ...others } = outputs;
  // What is a secret as a whole cannot be looked into.
  if (SECRET_KEY in Object(metadata) || SECRET_KEY in Object(__inputs)) return outputs;
  const inputs = Object(__inputs) as Properties;
  return {
    ...{ apiVersion, kind, metadata: pick(metadata, "name", "namespace", "uid") },
    // How it is to go, its annotations say.
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
