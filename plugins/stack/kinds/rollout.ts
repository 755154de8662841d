/** `kubeflow-stack:serving:Rollout`: waits until a Deployment runs what it was told to, and nothing else. Holds nothing in the cluster. */
import { isDeepStrictEqual } from "node:util";
import { type Context, InitializationError, type Kind, isUnknown } from "../../base";
import { undefinedIfNotFound } from "../../../kube";
import { type KubernetesApi, connect } from "./kubernetesApi";
import { waitUntilNothing } from "./waitFor";

export interface RolloutInputs {
  kubeconfig: string;
  namespace: string;
  deployment: string;
  /** What must stand in the pods' annotations, by which the right revision is told from the one before. */
  annotations: Record<string, string>;
}

/** The part of a Deployment that tells how far it is. */
export interface DeploymentProgress {
  metadata: { generation?: number };
  spec: { replicas?: number; template: { metadata?: { annotations?: Record<string, string> } } };
  status?: { observedGeneration?: number; replicas?: number; updatedReplicas?: number; availableReplicas?: number };
}

export const rollout: Kind<RolloutInputs, RolloutInputs> = {
  type: "kubeflow-stack:serving:Rollout",
  secretOutputs: ["kubeconfig"],

  diff(_id, state, _oldInputs, news) {
    // Other credentials for the same cluster are no reason to look again.
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
  const api = connect(inputs.kubeconfig);
  const lacking = await waitUntilNothing(ctx, async () => lackingOf(await find(api, inputs, ctx), inputs.annotations));
  if (lacking.length > 0) {
    const id = `${inputs.namespace}/${inputs.deployment}`;
    const reasons = lacking.map(
      (phrase) => `It lacks ${phrase}; look at its pods: kubectl -n ${inputs.namespace} get pods.`,
    );
    throw new InitializationError(`The Deployment ${id} has not rolled forward.`, id, inputs, reasons, inputs);
  }
  return inputs;
}

function find(
  api: KubernetesApi,
  { namespace, deployment }: RolloutInputs,
  ctx: Context,
): Promise<DeploymentProgress | undefined> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/${deployment}`;
  return undefinedIfNotFound(api.call("GET", path, { signal: ctx.signal }));
}

/** What a Deployment lacks of having rolled forward to pods with these annotations; empty when it has. */
export function lackingOf(
  deployment: DeploymentProgress | undefined,
  annotations: Readonly<Record<string, string>>,
): string[] {
  if (!deployment) return ["the Deployment itself"];
  const { metadata, spec, status = {} } = deployment;
  const told = spec.template.metadata?.annotations ?? {};
  // What makes the Deployment has not yet got to it: whatever its status says, it says of the revision before.
  if (Object.entries(annotations).some(([name, value]) => told[name] !== value)) return ["its new revision"];
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return ["a look at it by its controller"];
  const wanted = spec.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < wanted) return [`${String(wanted - updatedReplicas)} new pods`];
  if (availableReplicas < wanted) return [`${String(wanted - availableReplicas)} pods that are ready`];
  if (replicas > updatedReplicas) return [`the end of ${String(replicas - updatedReplicas)} old pods`];
  return [];
}
