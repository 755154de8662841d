/**
 * `kubeflow-stack:serving:Rollout`: waits until a Deployment runs its new revision and nothing else. Creates nothing in the cluster.
 */
import { isDeepStrictEqual } from "node:util";
import { sharedClient, type KubeClient } from "../../../kube/client";
import { undefinedIfNotFound } from "../../../kube/errors";
import { type Context, InitializationError, type Kind, isUnknown } from "../../base";
import { waitUntilNoneMissing } from "./cluster";

export interface RolloutInputs {
  kubeconfig: string;
  namespace: string;
  deployment: string;
  /** Annotations that the pods of the new revision have, and those of the previous one do not. */
  annotations: Record<string, string>;
}

/** The parts of a Deployment that show its progress. */
export interface DeploymentProgress {
  metadata: { generation?: number };
  spec: { replicas?: number; template: { metadata?: { annotations?: Record<string, string> } } };
  status?: { observedGeneration?: number; replicas?: number; updatedReplicas?: number; availableReplicas?: number };
}

export const rollout: Kind<RolloutInputs, RolloutInputs> = {
  type: "kubeflow-stack:serving:Rollout",
  secretOutputs: ["kubeconfig"],

  diff(_id, state, _oldInputs, news) {
    // Other credentials for the same cluster are no reason to wait again.
    const keys = ["namespace", "deployment", "annotations"] as const;
    const changed = keys.filter((key) => isUnknown(news[key]) || !isDeepStrictEqual(state[key], news[key]));
    const detailed = Object.fromEntries(changed.map((key) => [key, "update"] as const));
    return Promise.resolve({ changes: changed.length > 0, detailed });
  },

  async create(inputs, ctx) {
    return { id: `${inputs.namespace}/${inputs.deployment}`, state: await wait(inputs, ctx) };
  },

  previewState: (inputs) => Promise.resolve(inputs),

  update: (_id, _state, _oldInputs, news, ctx) => wait(news, ctx),

  async delete() {},
};

async function wait(inputs: RolloutInputs, ctx: Context): Promise<RolloutInputs> {
  const client = sharedClient(inputs.kubeconfig);
  const missing = await waitUntilNoneMissing(ctx, async () =>
    missingFrom(await find(client, inputs, ctx), inputs.annotations),
  );
  if (missing.length > 0) {
    const id = `${inputs.namespace}/${inputs.deployment}`;
    const reasons = missing.map(
      (phrase) => `It lacks ${phrase}; look at its pods: kubectl -n ${inputs.namespace} get pods.`,
    );
    throw new InitializationError(`The Deployment ${id} has not rolled forward.`, id, inputs, reasons, inputs);
  }
  return inputs;
}

function find(
  client: KubeClient,
  { namespace, deployment }: RolloutInputs,
  ctx: Context,
): Promise<DeploymentProgress | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`;
  return undefinedIfNotFound(client.request("GET", path, { signal: ctx.signal }));
}

/** What is missing until a Deployment runs nothing but pods with these annotations; empty when it does. */
export function missingFrom(
  deployment: DeploymentProgress | undefined,
  annotations: Readonly<Record<string, string>>,
): string[] {
  if (!deployment) return ["the Deployment itself"];
  const { metadata, spec, status = {} } = deployment;
  const told = spec.template.metadata?.annotations ?? {};
  // The Deployment is not updated yet, so its status is about the previous revision.
  if (Object.entries(annotations).some(([name, value]) => told[name] !== value)) return ["its new revision"];
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return ["its controller to observe it"];
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < wanted) return [`${String(wanted - updatedReplicas)} new pods`];
  if (availableReplicas < wanted) return [`${String(wanted - availableReplicas)} pods that are ready`];
  if (replicas > updatedReplicas) return [`the end of ${String(replicas - updatedReplicas)} old pods`];
  return [];
}
