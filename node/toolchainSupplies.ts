/** A node's programs and images, from the project's toolchain. */
import { dirname } from "node:path";
import { controlPlaneImages, kubernetesVersions, nodeImages, tools as pins } from "../infra/versions";
import { cacheHome, type Progress } from "../toolchain";
import { ensureImages, ensureTools, type ToolName } from "../infra/recipes";
import type { Supplies } from "./supplies";
import type { NodeTools } from "./tools";

/** The Kubernetes version that a node is made of unless another is asked for. */
export const KUBERNETES_VERSION: string = pins.kubernetes.version;

/**
 * The tool with the node's programs of a Kubernetes version.
 * @throws one sentence for a version that the toolchain does not bring
 */
export function kubernetesTool(version: string): ToolName {
  if (version === KUBERNETES_VERSION) return "kubernetes";
  const earlier = pins.kubernetes.earlier.find((each) => each === version);
  if (earlier === undefined) throw new Error(noSuchVersion(version));
  return `kubernetes-${earlier}`;
}

/** What to say of a Kubernetes version that no node can be made of. */
export const noSuchVersion = (version: string): string =>
  `Kubernetes ${version} is not a version this stack is made for: set kubernetesVersion to ${kubernetesVersions.join(" or ")}, or change the pin in infra/versions.ts.`;

const TOOLS = ["containerd", "runc", "cni-plugins", "iptables", "passt", "conntrack", "iproute2"] as const;

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
 * @param version - of Kubernetes
 * @throws ToolError when one cannot be had by any way
 */
export async function toolchainSupplies(
  version: string,
  signal: AbortSignal,
  status: (message: string) => void,
): Promise<Supplies> {
  const progress = told(status);
  const toolbox = await ensureTools([kubernetesTool(version), ...TOOLS], progress);
  const { apiserver, controllerManager, scheduler, proxy } = controlPlaneImages(version);
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
      first: [nodeImages.pause, nodeImages.etcd, apiserver, controllerManager, scheduler],
      then: [proxy, nodeImages.coredns, nodeImages.localPathProvisioner, nodeImages.localPathHelper],
    },
    signal,
    status,
  };
}
