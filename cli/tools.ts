import { catalog } from "../catalog";
import { imagesOf } from "../infra/products/product";
import { baseImages, controlPlaneImages, nodeImages } from "../infra/versions";
import type { Settings } from "../infra/settings";
import { kubernetesTool, KUBERNETES_VERSION } from "../node/toolchainSupplies";
import { ensureImages, ensureTools, type ToolName } from "../infra/recipes";
import { ensureTfjsNode } from "../infra/recipes/tfjsNode";

/** What a local node is made and filled with. */
const forLocalNode: readonly ToolName[] = [
  ...(["pulumi", "pulumi-kubernetes", "containerd", "runc", "cni-plugins", "iptables", "passt", "conntrack"] as const),
  ...(["buildah", "libtensorflow"] as const),
];

/**
 * Obtains what a first `up` needs before Pulumi starts, all at once, so that downloads and compiling overlap and the long
 * work shows its progress; a resource that needs a tool finds it in the cache then.
 */
export async function prepareTools(settings: Settings): Promise<void> {
  if (settings.cluster === "local") await prepareLocalNode(settings);
  else await ensureTools(["pulumi", "pulumi-kubernetes"]);
}

/** What of the settings decides what a local node is made of. Default: the usual version, nothing that has to be asked for. */
type NodeChoice = Partial<Pick<Settings, "kubernetesVersion" | "knativeIngress">>;

/** The same for a local node, whatever its other settings. */
export async function prepareLocalNode(choice: NodeChoice = {}): Promise<void> {
  const { tools, images } = ofLocalNode(choice);
  await Promise.all([ensureTools(tools), ensureImages(images), ensureTfjsNode()]);
}

/** Obtains tools and images, with progress, at once. */
export async function prepare(tools: readonly ToolName[], images: readonly string[]): Promise<void> {
  await Promise.all([ensureTools(tools), ensureImages(images)]);
}

/** The tools and images of a local node and of what runs in it. */
export function ofLocalNode(choice: NodeChoice): { tools: readonly ToolName[]; images: readonly string[] } {
  const { kubernetesVersion: version = KUBERNETES_VERSION } = choice;
  const node = Object.values({ ...nodeImages, ...controlPlaneImages(version) });
  return {
    tools: [kubernetesTool(version), ...forLocalNode],
    images: [...node, ...imagesOf(catalog.products, choice), ...Object.values(baseImages)],
  };
}
