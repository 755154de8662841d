/** When a node is ready for others to start on. */
import { setTimeout as delay } from "node:timers/promises";
import { type NodeApi } from "./api";

interface Condition {
  type: string;
  status: string;
  message?: string;
}

/** Why a node is not ready yet, in a few words; undefined when it is. */
async function unready(api: NodeApi, name: string, since: Date): Promise<string | undefined> {
  await api.get("/readyz");
  const lease = JSON.parse(await api.get(`/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${name}`)) as {
    spec: { renewTime: string };
  };
  // What the API tells of a node that stopped is what it was before it stopped.
  if (new Date(lease.spec.renewTime) < since) return "the kubelet has not reported yet";
  const node = JSON.parse(await api.get(`/api/v1/nodes/${name}`)) as { status: { conditions: Condition[] } };
  const ready = node.status.conditions.find(({ type }) => type === "Ready");
  if (ready?.status !== "True") return ready?.message ?? "the node is not Ready";
  const dns = JSON.parse(await api.get("/apis/apps/v1/namespaces/kube-system/deployments/coredns")) as {
    status: { availableReplicas?: number };
  };
  if (!dns.status.availableReplicas) return "CoreDNS is not available";
  await api.get("/api/v1/namespaces/kube-system/services/kube-dns:metrics/proxy/metrics");
  return undefined;
}

interface Pod {
  metadata: { namespace: string; name: string };
  status: {
    phase: string;
    conditions?: Condition[];
    initContainerStatuses?: object[];
    containerStatuses?: { state: { running?: { startedAt: string }; terminated?: { finishedAt: string } } }[];
  };
}

/** The pods that have not come back since a node was started, of those that are to run on. */
async function missingPods(api: NodeApi, since: Date): Promise<string[]> {
  const { items } = JSON.parse(await api.get("/api/v1/pods")) as { items: Pod[] };
  const isBack = ({ status: { phase, conditions = [], initContainerStatuses = [], containerStatuses = [] } }: Pod) => {
    if (phase === "Succeeded" || phase === "Failed") return true;
    // A pod whose init containers run again is called pending, too.
    if (phase === "Pending" && initContainerStatuses.length === 0) return true;
    const began = containerStatuses.map(({ state }) => state.running?.startedAt ?? state.terminated?.finishedAt);
    const ready = conditions.find(({ type }) => type === "Ready");
    // What the API tells in whole seconds.
    return ready?.status === "True" && began.every((time) => time && Date.parse(time) + 1000 > since.getTime());
  };
  return items.filter((pod) => !isBack(pod)).map(({ metadata: { namespace, name } }) => `${namespace}/${name}`);
}

/**
 * Waits until the pods of before are back on a node that was started anew, so that what serves from pods (webhooks, storage) serves.
 * Pods that were broken before need not come back: after `timeoutMs` it goes on without them.
 * @returns the pods that are not back
 */
export async function waitForPods(
  api: NodeApi,
  since: Date,
  timeoutMs: number,
  signal: AbortSignal,
  status: (message: string) => void,
): Promise<string[]> {
  const deadline = Date.now() + timeoutMs;
  for (let told = ""; ;) {
    const missing = await missingPods(api, since).catch(() => ["(the API does not answer)"]);
    if (missing.length === 0 || Date.now() > deadline) return missing;
    const news = `waiting for ${missing.length} of the node's pods to be back, ${missing[0]} among them`;
    if (news !== told) status((told = news));
    await delay(500, undefined, { signal });
  }
}

/**
 * Waits until the API answers, the kubelet has reported since a moment, the node is Ready and CoreDNS answers over the pod network.
 * @throws when `timeoutMs` pass, with the last reason
 */
export async function waitUntilReady(
  api: NodeApi,
  name: string,
  since: Date,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const reason = await unready(api, name, since).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    if (reason === undefined) return;
    if (Date.now() > deadline) throw new Error(`The node ${name} is not ready after ${timeoutMs / 1000} s: ${reason}`);
    await delay(250, undefined, { signal });
  }
}
