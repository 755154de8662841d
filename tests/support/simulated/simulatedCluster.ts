/**
 * A Kubernetes cluster without a machine to run pods on: the API server, the controllers and the scheduler are real, the nodes
 * are simulated by kwok, so that every pod turns Ready, and every Job's pod succeeds, without a container being started.
 */
import type { ChildProcess } from "node:child_process";
import { ensureTools } from "../../../infra/recipes";
import { type ApiServer, startApiServer } from "../cluster/apiServer";
import { makeSimulatedNode, startKwok } from "../cluster/kwok";
import { endProgram, startProgram } from "../machine/processes";
import { type SimulatedObjectStore, startObjectStore } from "./simulatedObjectStore";
import { makeSimulatedVolumes } from "./simulatedVolumes";
import { until } from "../machine/until";

export interface SimulatedCluster extends ApiServer {
  /** Where the stack's object store answers, once its credentials are in the cluster. */
  readonly objectStoreUrl: string;
}

/** Nothing listens there and no packet leaves the machine: what calls a simulated pod is refused at once. */
const serviceNetwork = "127.64.0.0/16";
/**
 * Starts all of it on loopback, with all state in a temporary folder.
 * @param nodes - how many nodes to simulate. Default: 1
 */
export async function startSimulatedCluster(nodes = 1): Promise<SimulatedCluster> {
  const tools = await ensureTools(["control-plane"]);
  const server = await startApiServer({ serviceAccounts: true, serviceNetwork });
  const { folder, kubeconfigPath } = server;
  const children: ChildProcess[] = [];
  let objectStore: SimulatedObjectStore | undefined;
  const stop = async (): Promise<void> => {
    await objectStore?.stop();
    for (const child of children.reverse()) await endProgram(child);
    await server.stop();
  };
  const run = async (name: string, args: string[]): Promise<void> => {
    const words = [`--kubeconfig=${kubeconfigPath}`, ...args];
    children.push(await startProgram(tools.bin(name), words, { folder, name }));
  };
  try {
    const quick = ["--leader-elect=false", "--kube-api-qps=1000", "--kube-api-burst=2000", "--secure-port=0"];
    await run("kube-controller-manager", [
      ...quick,
      `--service-account-private-key-file=${server.signingKeyPath}`,
      `--root-ca-file=${server.certificatePath}`,
      // On a busy machine a node's heartbeats may be late; its pods would be taken for lost, and nothing makes them Ready again.
      "--node-monitor-grace-period=24h",
    ]);
    await run("kube-scheduler", quick);
    children.push(await startKwok(kubeconfigPath, folder));
    const request = (method: string, path: string, body: object) => server.request(method, path, body);
    await makeSimulatedVolumes(request, "/nowhere");
    for (let index = 0; index < nodes; index++) await makeSimulatedNode(request, `simulated-${index}`, false);
    await until("the cluster takes pods", () => takesPods(server, nodes));
    objectStore = await startObjectStore(server);
    return { ...server, objectStoreUrl: objectStore.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function takesPods(server: ApiServer, nodes: number): Promise<boolean> {
  await server.request("GET", "/api/v1/namespaces/default/serviceaccounts/default");
  const { items } = (await server.request("GET", "/api/v1/nodes")) as unknown as { items: Node[] };
  return items.filter(isReady).length === nodes;
}

interface Node {
  readonly spec?: { readonly taints?: readonly unknown[] };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

const isReady = ({ spec, status }: Node): boolean =>
  (spec?.taints ?? []).length === 0 &&
  (status?.conditions ?? []).some(({ type, status: is }) => type === "Ready" && is === "True");
