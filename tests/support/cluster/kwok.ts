/** Nodes that kwok simulates: their pods turn Ready, and those of Jobs succeed, without a container being started. */
import type { ChildProcess } from "node:child_process";
import { ensureTools } from "../../../infra/recipes";
import { startProgram } from "../machine/processes";

/** What tells a simulated node from a real one. */
export const simulatedLabel = { type: "kwok" } as const;
/** Keeps pods from a simulated node that do not ask for one; for clusters that have real nodes, too. */
export const simulatedTaint = { key: "kwok.x-k8s.io/node", value: "fake", effect: "NoSchedule" } as const;

/** A request as a cluster's administrator. */
type Request = (method: string, path: string, body: object) => Promise<unknown>;

/**
 * Starts kwok on a cluster.
 * @param folder - where its log goes
 */
export async function startKwok(kubeconfigPath: string, folder: string): Promise<ChildProcess> {
  const tools = await ensureTools(["kwok"]);
  const args = [
    `--kubeconfig=${kubeconfigPath}`,
    `--manage-nodes-with-label-selector=type=${simulatedLabel.type}`,
    ...["--cidr=198.18.240.1/20", "--node-ip=198.18.240.1"],
    // Says every ten seconds that its nodes live; without, it is once in a while, and their pods are taken for lost in between.
    "--node-lease-duration-seconds=40",
  ];
  // It reads a configuration from its home, where there is to be none.
  return startProgram(tools.bin("kwok"), args, { folder, name: "kwok", env: { HOME: folder } });
}

/**
 * Registers a node for kwok to simulate.
 * @param tainted - whether pods must ask for it
 */
export async function makeSimulatedNode(request: Request, name: string, tainted: boolean): Promise<void> {
  const labels = { "kubernetes.io/hostname": name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64" };
  await request("POST", "/api/v1/nodes", {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { ...labels, ...simulatedLabel } },
    spec: tainted ? { taints: [simulatedTaint] } : {},
  });
}
