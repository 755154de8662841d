/**
 * A Kubernetes cluster without a machine to run pods on: the API server, the controllers and the scheduler are real, the nodes
 * are simulated by kwok, so that every pod turns Ready, and every Job's pod succeeds, without a container being started.
 */
import type { ChildProcess } from "node:child_process";
import { ensureTools } from "../../toolchain";
import { type ApiServer, startApiServer } from "./apiServer";
import { endProgram, startProgram } from "./processes";
import { type SimulatedObjectStore, startObjectStore } from "./simulatedObjectStore";
import { until } from "./until";

export interface SimulatedCluster extends ApiServer {
  /** Where the stack's object store answers, once its credentials are in the cluster. */
  readonly objectStoreUrl: string;
}

/** Nothing listens there and no packet leaves the machine: what calls a simulated pod is refused at once. */
const serviceNetwork = "127.64.0.0/16";
const podNetwork = "198.18.240.1/20";
/** The volumes that claims are bound to: more than the platform has claims. */
const volumes = 40;

/**
 * Starts all of it on loopback, with all state in a temporary folder.
 * @param nodes - how many nodes to simulate. Default: 1
 */
export async function startSimulatedCluster(nodes = 1): Promise<SimulatedCluster> {
  const tools = await ensureTools(["control-plane", "kwok"]);
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
    // kwok reads a configuration from its home, where there is to be none.
    children.push(await startProgram(tools.bin(name), words, { folder, name, env: { HOME: folder } }));
  };
  try {
    const quick = ["--leader-elect=false", "--kube-api-qps=1000", "--kube-api-burst=2000", "--secure-port=0"];
    await run("kube-controller-manager", [
      ...quick,
      `--service-account-private-key-file=${server.signingKeyPath}`,
      `--root-ca-file=${server.certificatePath}`,
    ]);
    await run("kube-scheduler", quick);
    await run("kwok", ["--manage-all-nodes=true", `--cidr=${podNetwork}`, "--node-ip=198.18.240.1"]);
    await makeVolumes(server);
    for (let index = 0; index < nodes; index++) await makeNode(server, `simulated-${index}`);
    await until("the cluster takes pods", () => takesPods(server, nodes));
    objectStore = await startObjectStore(server);
    return { ...server, objectStoreUrl: objectStore.url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function makeNode(server: ApiServer, name: string): Promise<void> {
  const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
  await server.request("POST", "/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { ...labels, type: "kwok" }, annotations: { "kwok.x-k8s.io/node": "fake" } },
  });
}

/** A default storage class whose volumes are there already: nothing is ever written to them. */
async function makeVolumes(server: ApiServer): Promise<void> {
  await server.request("POST", "/apis/storage.k8s.io/v1/storageclasses", {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "simulated", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "kubernetes.io/no-provisioner",
    volumeBindingMode: "Immediate",
  });
  for (let index = 0; index < volumes; index++)
    await server.request("POST", "/api/v1/persistentvolumes", {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name: `simulated-${index}` },
      spec: {
        capacity: { storage: "1Ti" },
        accessModes: ["ReadWriteOnce", "ReadWriteMany"],
        persistentVolumeReclaimPolicy: "Retain",
        storageClassName: "simulated",
        hostPath: { path: "/nowhere" },
      },
    });
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
