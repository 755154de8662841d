import { baseImages, controlPlaneImages, nodeImages, platformImages } from "../infra/versions";
import type { Settings } from "../infra/settings";
import { kubernetesTool, KUBERNETES_VERSION } from "../plugins/stack/node/toolchainSupplies";
import { ensureImages, ensureTools, type ToolName } from "../toolchain";
import { ensureTfjsNode } from "../toolchain/tfjsNode";

/** What a local node is made and filled with. */
const forLocalNode: readonly ToolName[] = [
  ...(["pulumi", "containerd", "runc", "cni-plugins", "iptables", "passt", "conntrack"] as const),
  ...(["buildah", "libtensorflow"] as const),
];

/**
 * Obtains what a first `up` needs before Pulumi starts, all at once, so that downloads and compiling overlap and the long
 * work shows its progress; a resource that needs a tool finds it in the cache then.
 */
export async function prepareTools(settings: Settings): Promise<void> {
  if (settings.cluster === "local") await prepareLocalNode(settings.kubernetesVersion);
  else await ensureTools(["pulumi"]);
}

/**
 * The same for a local node, whatever its other settings.
 * @param version - of Kubernetes. Default: the usual one
 */
export async function prepareLocalNode(version = KUBERNETES_VERSION): Promise<void> {
  const node = Object.values({ ...nodeImages, ...controlPlaneImages(version) });
  const images = [...node, ...platformImages(), ...Object.values(baseImages)];
  await Promise.all([ensureTools([kubernetesTool(version), ...forLocalNode]), ensureImages(images), ensureTfjsNode()]);
}
