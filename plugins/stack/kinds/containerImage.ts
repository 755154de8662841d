/** An image built from a folder, where the cluster finds it. */
import type { Kind } from "../../base";
import { containsUnknown, isUnknown } from "../../base";
import type { Context, DiffResult } from "../../base/provider";
import { archiveDigest, builtArchive, pruneArchives } from "../image/builtImages";
import { loadIntoNode, nodeHasImage, removeFromNode } from "../image/containerd";
import { readSource } from "../image/contentHash";
import { currentHash, ensureBuilt, localRegistry, type NamedSource } from "../image/ensureBuilt";
import { pushToRegistry, registryLacks } from "../image/registry";

/** Where an image goes: into a node's containerd, or to a registry (`host[:port][/path]`). */
export type PushTarget = { containerdSocket: string } | { registry: string };

export interface ContainerImageInputs extends NamedSource {
  push: PushTarget;
}

export interface ContainerImageState {
  /** The full reference to run: `docker.io/kubeflow-stack/trainer:3f2a…`. */
  ref: string;
  /** The manifest's digest at the place it was put. */
  digest: string;
  contentHash: string;
  push: PushTarget;
}

/** The image's reference. */
export function imageRef(inputs: Pick<ContainerImageInputs, "name" | "push">, contentHash: string): string {
  const registry = "registry" in inputs.push ? inputs.push.registry.replace(/\/+$/, "") : localRegistry;
  return `${registry}/${inputs.name}:${contentHash.slice(0, 12)}`;
}

/** `kubeflow-stack:images:ContainerImage` */
export const containerImage: Kind<ContainerImageInputs, ContainerImageState> = {
  type: "kubeflow-stack:images:ContainerImage",

  check(news) {
    const failures: { property: string; reason: string }[] = [];
    if (!isUnknown(news.name) && !/^[a-z0-9]+([._/-][a-z0-9]+)*$/.test(news.name)) {
      failures.push({
        property: "name",
        reason: `"${news.name}" is no image name; use lower-case letters, digits and dashes.`,
      });
    }
    // The hash that came along is that of the build before; what the files are now is what counts.
    const { push: _, contentHash: _before, ...source } = news;
    if (containsUnknown(source)) return { inputs: news, failures };
    try {
      return { inputs: { ...news, contentHash: readSource(news).contentHash }, failures };
    } catch (error) {
      failures.push({ property: "context", reason: (error as Error).message });
      return { inputs: news, failures };
    }
  },

  async diff(_id, state, _oldInputs, news): Promise<DiffResult> {
    if (isUnknown(news.contentHash) || news.contentHash === undefined || isUnknown(news.name)) return { changes: true };
    // Where it goes may be unknown while the node is being made; what it is called is known unless a registry is asked for.
    if (!isUnknown(news.push) && "registry" in news.push && isUnknown(news.push.registry)) return { changes: true };
    if (!isUnknown(news.push) && imageRef(news, news.contentHash) !== state.ref) {
      const changed = news.contentHash === state.contentHash ? "name" : "contentHash";
      return { changes: true, replaces: [changed], detailed: { [changed]: "update-replace" } };
    }
    if (containsUnknown(news.push) || !sameTarget(news.push, state.push) || !(await isThere(state.ref, news.push))) {
      return { changes: true, detailed: { push: "update" } };
    }
    return { changes: false };
  },

  async create(inputs, ctx) {
    const contentHash = currentHash(inputs);
    const ref = imageRef(inputs, contentHash);
    return { id: ref, state: await put(ref, contentHash, inputs, ctx) };
  },

  async previewState(inputs, old) {
    const { contentHash, push } = inputs;
    if (contentHash === undefined || isUnknown(contentHash) || isUnknown(push) || isUnknown(inputs.name)) return {};
    if ("registry" in push && isUnknown(push.registry)) return { contentHash };
    const ref = imageRef(inputs, contentHash);
    const digest = "registry" in push ? undefined : await archiveDigest(builtArchive(inputs.name, contentHash));
    const known = old?.ref === ref ? old.digest : digest;
    return { ref, contentHash, ...(known !== undefined && { digest: known }) };
  },

  async read(id, inputs, state) {
    if (inputs === undefined || state === undefined) return undefined;
    return (await isThere(state.ref, state.push)) ? { id, inputs, state } : undefined;
  },

  async update(id, _state, _oldInputs, news, ctx) {
    return put(id, currentHash(news), news, ctx);
  },

  async delete(_id, state) {
    // A registry may serve others by the same name, and the cache is for the next cluster.
    if ("containerdSocket" in state.push) await removeFromNode(state.push.containerdSocket, state.ref, state.digest);
  },
};

/** Builds the image unless it is in the cache, and puts it where it is to go. */
async function put(
  ref: string,
  contentHash: string,
  inputs: ContainerImageInputs,
  ctx: Context,
): Promise<ContainerImageState> {
  const built = await ensureBuilt(inputs, contentHash, ctx);
  pruneArchives(inputs.name, built.archive);
  const { push } = inputs;
  if ("registry" in push) {
    const digest = await pushToRegistry(ref, built.archive, (text) => ctx.status(text), ctx.signal);
    return { ref, digest, contentHash, push };
  }
  ctx.status("loading into the node");
  await loadIntoNode(push.containerdSocket, ref, built.archive, ctx.signal);
  return { ref, digest: built.digest, contentHash, push };
}

async function isThere(ref: string, push: PushTarget): Promise<boolean> {
  return "registry" in push ? !(await registryLacks(ref)) : nodeHasImage(push.containerdSocket, ref);
}

function sameTarget(a: PushTarget, b: PushTarget): boolean {
  return "registry" in a
    ? "registry" in b && a.registry === b.registry
    : "containerdSocket" in b && a.containerdSocket === b.containerdSocket;
}
