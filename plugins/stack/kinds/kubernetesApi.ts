/** The connections of our own kinds to Kubernetes clusters. */
import { KubeClient } from "../../../kube";
import type { Context } from "../../base";

/** A connection to one cluster, as far as our own kinds need it. */
export type KubernetesApi = Pick<KubeClient, "call">;

/** What a question to the cluster brings; undefined when there is no cluster to ask, which other resources have to say about. */
export async function reachable<T>(ctx: Pick<Context, "log">, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    ctx.log("debug", `The cluster could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** How long the API server may take for one answer, in milliseconds: more than the longest webhook timeout, 30 s. */
const patience = 35_000;

/** One connection for each kubeconfig: a handshake costs the API server more than most answers. */
const connections = new Map<string, Promise<KubeClient>>();

/** Connects by a kubeconfig's current context. The first call reports what is wrong with the kubeconfig. */
export function connect(kubeconfig: string): KubernetesApi {
  return {
    async call<T = unknown>(...[method, path, request]: Parameters<KubeClient["call"]>): Promise<T> {
      const opened = connections.get(kubeconfig) ?? KubeClient.connect(kubeconfig);
      connections.set(kubeconfig, opened);
      opened.catch(() => connections.delete(kubeconfig));
      return (await opened).call<T>(method, path, { timeoutMs: patience, ...request });
    },
  };
}
