import { baseImages, nodeImages, platformImages } from "../infra/versions";
import type { Settings } from "../infra/settings";
import { ensureImages, ensureTools, type ToolName } from "../toolchain";
import { ensureTfjsNode } from "../toolchain/tfjsNode";

/** What a local node is made and filled with. */
const forLocalNode: readonly ToolName[] = [
  ...(["pulumi", "kubernetes", "containerd", "runc", "cni-plugins", "iptables", "passt", "conntrack"] as const),
  ...(["buildah", "libtensorflow"] as const),
];

/**
 * Obtains what a first `up` needs before Pulumi starts, all at once, so that downloads and compiling overlap and the long
 * work shows its progress; a resource that needs a tool finds it in the cache then.
 */
export async function prepareTools(settings: Settings): Promise<void> {
  if (settings.cluster === "local") await prepareLocalNode();
  else await ensureTools(["pulumi"]);
}

/** The same for a local node, whatever its settings. */
export async function prepareLocalNode(): Promise<void> {
  const images = [...Object.values(nodeImages), ...platformImages(), ...Object.values(baseImages)];
  await Promise.all([ensureTools(forLocalNode), ensureImages(images), ensureTfjsNode()]);
}
