/** A node's programs and images, from the project's toolchain. */
import { dirname } from "node:path";
import { nodeImages, tools as pins } from "../../../infra/versions";
import { cacheHome, ensureImages, ensureTools, type Progress } from "../../../toolchain";
import type { Supplies } from "./supplies";
import type { NodeTools } from "./tools";

/** The Kubernetes version that the toolchain brings, the only one a node can be made of. */
export const KUBERNETES_VERSION = pins.kubernetes.version;

const TOOLS = [
  "kubernetes",
  "containerd",
  "runc",
  "cni-plugins",
  "iptables",
  "passt",
  "conntrack",
  "iproute2",
] as const;

/** Tells of tools and images as one passing line each. */
function told(status: (message: string) => void): Progress {
  return {
    start: (label) => ({
      update: (note) => status(`${label}: ${note}`),
      done: (note) => status(`${label}: ${note}`),
      fail: (note) => status(`${label}: ${note}`),
    }),
  };
}

/**
 * Obtains the programs of a node; images follow when they are asked for.
 * @throws ToolError when one cannot be had by any way
 */
export async function toolchainSupplies(signal: AbortSignal, status: (message: string) => void): Promise<Supplies> {
  const progress = told(status);
  const toolbox = await ensureTools(TOOLS, progress);
  const own = process.env["PATH"]?.split(":") ?? [];
  const added = (toolbox.env()["PATH"] ?? "").split(":").filter((folder) => !own.includes(folder));
  const tools: NodeTools = {
    containerd: toolbox.bin("containerd"),
    ctr: toolbox.bin("ctr"),
    runc: toolbox.bin("runc"),
    kubelet: toolbox.bin("kubelet"),
    kubeadm: toolbox.bin("kubeadm"),
    pasta: toolbox.bin("pasta"),
    iptables: toolbox.bin("iptables"),
    cniPlugins: dirname(toolbox.bin("ptp")),
    path: added,
    folders: [cacheHome],
  };
  return {
    tools,
    pause: nodeImages.pause,
    images: async (refs) => ensureImages(refs, progress),
    bootImages: {
      first: [
        nodeImages.pause,
        nodeImages.etcd,
        nodeImages.apiserver,
        nodeImages.controllerManager,
        nodeImages.scheduler,
      ],
      then: [nodeImages.proxy, nodeImages.coredns, nodeImages.localPathProvisioner, nodeImages.localPathHelper],
    },
    signal,
    status,
  };
}
