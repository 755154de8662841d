/** Making a node, and making one that is there already what it is asked to be. The same steps; each does nothing when done. */
import { existsSync, readFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { withLock } from "../toolchain/lock";
import { NodeApi } from "./api";
import { kubeadmUpgradeConfig } from "./config/kubeadm";
import { canBecome } from "./diff";
import { runInNode } from "./enter";
import { readIfThere, writeWhole } from "./files";
import { hostTraits } from "./host";
import { loadImages } from "./images";
import { lastLines } from "./logs";
import { type Owner, requireOwn } from "./owner";
import { type NodePaths, nodePaths } from "./paths";
import { isAlive } from "./processes";
import { waitForPods, waitUntilReady } from "./ready";
import { removeNode } from "./remove";
import { type NodeSettings } from "./settings";
import { divideSubnet } from "./subnets";
import { type Supplies } from "./supplies";
import { readSupervision, recorded, type Supervision, writeSupervision } from "./supervision";
import { ensureSupervisor, supervisionOf, writeConfiguration } from "./supervise";
import { searchPath } from "./tools";
import { connectsFromNode, waitForWebhooks } from "./webhooks";

/** What a node is known by once it runs. */
export interface RunningNode {
  readonly kubeconfig: string;
  readonly containerdSocket: string;
  readonly stateDir: string;
  readonly kubernetesVersion: string;
}

/** What kubeadm last made a node from. */
interface Initialized {
  readonly kubernetesVersion: string;
  /** The configuration it was given. */
  readonly kubeadm: string;
}

const CONTAINERD_MS = 30_000;
const READY_MS = 180_000;
const PODS_MS = 120_000;
const WEBHOOKS_MS = 15_000;

/**
 * Brings up a node: from nothing, from a half-made one or one that cannot become what is asked for (which are removed first), or
 * from one that has stopped or is to change.
 * @param owner - whose it is, or becomes
 * @returns once the API answers, the node is Ready, CoreDNS serves and every image is loaded
 * @throws one sentence naming what does not come up, or whose the node is
 */
export async function bringUp(settings: NodeSettings, owner: Owner, supplies: Supplies): Promise<RunningNode> {
  const { signal, status } = supplies;
  const waiting = () => status("waiting for another command, which is changing this node");
  const paths = nodePaths(settings.stateDir);
  return withLock(settings.stateDir, async () => converge(settings, owner, paths, supplies), waiting, signal);
}

async function converge(
  settings: NodeSettings,
  owner: Owner,
  paths: NodePaths,
  supplies: Supplies,
): Promise<RunningNode> {
  requireOwn(paths.stateDir, owner);
  const { signal, status, tools } = supplies;
  const since = new Date();
  const found = readInitialized(paths);
  const before = found && canBecome(readSettings(paths) ?? settings, settings) ? found : undefined;
  const wasRunning = isAlive(recorded(paths, "holder"));
  if (!before && existsSync(paths.stateDir)) {
    status(found ? "removing the node that was there" : "removing what an interrupted run left");
    await removeNode(settings.stateDir, owner);
  }
  writeWhole(paths.owner, JSON.stringify(owner));
  const network = divideSubnet(settings.subnet);
  const traits = hostTraits();
  const { first, then } = supplies.bootImages;
  const firstImages = supplies.images(first);
  const otherImages = supplies.images([...new Set([...then, ...settings.images])]);
  for (const fetched of [firstImages, otherImages]) fetched.catch(() => undefined);

  const isUpgrade = before !== undefined && before.kubernetesVersion !== settings.kubernetesVersion;
  const { containerd, kubeadm } = writeConfiguration(settings, paths, network, tools, traits, supplies.pause);
  const revisions = { containerd, kubelet: before?.kubeadm ?? kubeadm };
  const supervision = supervisionOf(settings, paths, network, tools, revisions);
  // A kubelet must not be newer than its API server: while that is upgraded, the old one stays.
  write(paths, isUpgrade ? keepingKubelet(supervision, paths) : supervision);
  writeWhole(paths.settings, JSON.stringify(settings, undefined, 2));
  status("starting the node's programs");
  await ensureSupervisor(paths, signal);
  await waitForSocket(paths, signal);

  await loadImages(paths, tools.ctr, await firstImages, signal, status);
  const others = otherImages.then(async (images) => loadImages(paths, tools.ctr, images, signal, status));
  others.catch(() => undefined);

  const path = searchPath(tools);
  const onLine = (line: string) => /^\[[a-z-]+\]/.test(line) && status(line.slice(0, 120));
  const admin = async (...command: string[]) => runInNode(paths, [tools.kubeadm, ...command], { path, signal, onLine });
  const config = join(paths.config, "kubeadm.yaml");
  if (!before) {
    // CoreDNS runs from one of these, which may take minutes to make. A kubelet that has looked in vain looks ever more seldom.
    await otherImages;
    writeWhole(config, kubeadm);
    await admin("init", "--config", config, "--ignore-preflight-errors=all", "--skip-token-print");
  } else if (isUpgrade || before.kubeadm !== kubeadm) {
    await others;
    await waitUntilReady(new NodeApi(publishedKubeconfig(settings, paths)), settings.name, since, READY_MS, signal);
    if (isUpgrade) {
      status(`upgrading Kubernetes from ${before.kubernetesVersion} to ${settings.kubernetesVersion}`);
      const upgrade = join(paths.config, "upgrade.yaml");
      writeWhole(upgrade, kubeadmUpgradeConfig(paths));
      await admin("upgrade", "apply", `v${settings.kubernetesVersion}`, "--config", upgrade, "--yes");
    }
    writeWhole(config, kubeadm);
    for (const phase of ["kubelet-start", "control-plane all", "etcd local", "upload-config all", "addon all"])
      await admin("init", "phase", ...phase.split(" "), "--config", config);
    write(paths, supervisionOf(settings, paths, network, tools, { containerd, kubelet: kubeadm }));
  }
  const kubeconfig = publishedKubeconfig(settings, paths);
  writeWhole(paths.kubeconfig, kubeconfig);
  await others;
  status("waiting for the node to be ready");
  const api = new NodeApi(kubeconfig);
  await waitUntilReady(api, settings.name, since, READY_MS, signal);
  if (before && !wasRunning) {
    await waitForPods(api, since, PODS_MS, signal, status);
    await waitForWebhooks(api, connectsFromNode(paths, signal), WEBHOOKS_MS, signal);
  }
  const made: Initialized = { kubernetesVersion: settings.kubernetesVersion, kubeadm };
  writeWhole(paths.initialized, JSON.stringify(made));
  return {
    kubeconfig,
    containerdSocket: paths.containerdSocket,
    stateDir: paths.stateDir,
    kubernetesVersion: settings.kubernetesVersion,
  };
}

function readInitialized(paths: NodePaths): Initialized | undefined {
  const text = readIfThere(paths.initialized);
  return text === undefined ? undefined : (JSON.parse(text) as Initialized);
}

function readSettings(paths: NodePaths): NodeSettings | undefined {
  const text = readIfThere(paths.settings);
  return text === undefined ? undefined : (JSON.parse(text) as NodeSettings);
}

function write(paths: NodePaths, supervision: Supervision): void {
  writeWhole(paths.supervision, writeSupervision(supervision));
}

function keepingKubelet(next: Supervision, paths: NodePaths): Supervision {
  const text = readIfThere(paths.supervision);
  const now = text === undefined ? undefined : readSupervision(text);
  const kubelet = now?.services.find(({ name, command }) => name === "kubelet" && existsSync(command[0] ?? ""));
  if (!kubelet) return next;
  return { ...next, services: next.services.map((service) => (service.name === "kubelet" ? kubelet : service)) };
}

/** The administrator's kubeconfig, led to the published port. */
function publishedKubeconfig({ apiPort }: NodeSettings, paths: NodePaths): string {
  const admin = readFileSync(join(paths.etc, "kubernetes/admin.conf"), "utf8");
  return admin.replace(/^(\s*server:).*$/m, `$1 https://127.0.0.1:${apiPort}`);
}

async function waitForSocket(paths: NodePaths, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + CONTAINERD_MS;
  const answers = async () =>
    new Promise<boolean>((resolve) => {
      const socket = createConnection(paths.containerdSocket, () => {
        socket.destroy();
        resolve(true);
      });
      socket.on("error", () => resolve(false));
    });
  while (!(await answers())) {
    if (Date.now() > deadline) {
      const culprit = existsSync(join(paths.run, "holder.ready")) ? "containerd" : "holder";
      const log = join(paths.logs, `${culprit}.log`);
      throw new Error(
        `The node's containerd does not answer after ${CONTAINERD_MS / 1000} s; ${log} ends in:\n${lastLines(log)}`,
      );
    }
    await delay(50, undefined, { signal });
  }
}
