/**
 * A real local node, and one beside it that kwok simulates: pods whose images the package registries have really run, the others
 * are simulated (`simulated/realPods.ts` says which).
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "../../../drift/cluster";
import { minioEndpoints, minioImages } from "../../../infra/products/minioServer";
import { bringUp } from "../../../node/bringUp";
import { stackOwner } from "../../../node/owner";
import { defaultStateDir, nodePaths } from "../../../node/paths";
import { takeDown } from "../../../node/remove";
import { DEFAULT_SUBNET } from "../../../node/settings";
import { KUBERNETES_VERSION, toolchainSupplies } from "../../../node/toolchainSupplies";
import { makeSimulatedNode, startKwok } from "./kwok";
import { freePorts } from "../machine/ports";
import { endProgram } from "../machine/processes";
import { realImages } from "../simulated/realPods";
import { makeSimulatedVolumes, simulatedVolumes } from "../simulated/simulatedVolumes";

export interface MixedCluster {
  readonly kubeconfig: string;
  readonly kubeconfigPath: string;
  readonly objectStoreUrl: string;
  /** Where a service at `dexNodePort` is found from this machine. */
  readonly dexUrl: string;
  /** Takes the node away, and all that was started. */
  stop(): Promise<void>;
}

/** The port of the node that `dexUrl` leads to; nothing of the stack listens there. */
export const dexNodePort = 30556;

/** The folder of the volumes, in the node's /tmp. */
const volumes = "volumes";

/**
 * Makes the node.
 * @param name - the node's; another of that name, left by an earlier run, is removed first
 */
export async function startMixedCluster(name: string): Promise<MixedCluster> {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`));
  const stateDir = defaultStateDir(name);
  const paths = nodePaths(stateDir);
  const [apiPort = 0, hostPort = 0, dexPort = 0] = await freePorts(3);
  const settings = {
    name,
    kubernetesVersion: KUBERNETES_VERSION,
    subnet: DEFAULT_SUBNET,
    stateDir,
    apiPort,
    publish: [
      { name: "objectStore", hostPort, nodePort: minioEndpoints.api.nodePort },
      { name: "dex", hostPort: dexPort, nodePort: dexNodePort },
    ],
    images: [...realImages, ...Object.values(minioImages)],
  };
  // The node is its backend's as long as that is there: one of the test's own.
  const owner = stackOwner("kubeflow-stack", name, `file://${folder}`);
  const { signal } = new AbortController();
  const remove = () => takeDown(stateDir, owner, signal, () => undefined);
  let kwok: Awaited<ReturnType<typeof startKwok>> | undefined;
  const stop = async (): Promise<void> => {
    if (kwok) await endProgram(kwok);
    await remove();
    rmSync(folder, { recursive: true, force: true });
  };
  await remove();
  try {
    const supplies = await toolchainSupplies(KUBERNETES_VERSION, signal, () => undefined);
    const { kubeconfig } = await bringUp(settings, owner, supplies);
    kwok = await startKwok(paths.kubeconfig, folder);
    const api = await connect(kubeconfig);
    const request = async (method: string, path: string, body: object): Promise<void> => {
      const answer = await api.request(method, path, body);
      if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    };
    for (const volume of simulatedVolumes) {
      const place = join(paths.tmp, volumes, volume);
      mkdirSync(place, { recursive: true });
      // Pods write there as users without rights.
      chmodSync(place, 0o777);
    }
    await makeSimulatedVolumes(request, `/tmp/${volumes}`);
    await makeSimulatedNode(request, "simulated-0", true);
    api.close();
    return {
      kubeconfig,
      kubeconfigPath: paths.kubeconfig,
      stop,
      objectStoreUrl: `http://127.0.0.1:${hostPort}`,
      dexUrl: `http://127.0.0.1:${dexPort}`,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
