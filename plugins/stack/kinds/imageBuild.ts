/** An image that has been built, wherever it is to go: building need not wait for a cluster. */
import type { Kind } from "../../base";
import { containsUnknown } from "../../base";
import { readSource } from "../image/contentHash";
import { currentHash, ensureBuilt, type NamedSource } from "../image/ensureBuilt";

export interface ImageBuildState {
  /** SHA-256 in hex of everything the image is built from. */
  contentHash: string;
}

/** `kubeflow-stack:images:ImageBuild` */
export const imageBuild: Kind<NamedSource, ImageBuildState> = {
  type: "kubeflow-stack:images:ImageBuild",

  check(news) {
    if (containsUnknown(news)) return { inputs: news };
    try {
      return { inputs: { ...news, contentHash: readSource(news).contentHash } };
    } catch (error) {
      return { inputs: news, failures: [{ property: "context", reason: (error as Error).message }] };
    }
  },

  diff(_id, state, _oldInputs, news) {
    // One that is gone from the cache is built again when it is to be loaded somewhere, and not for its own sake.
    return { changes: news.contentHash !== state.contentHash, detailed: { contentHash: "update" } };
  },

  async create(inputs, ctx) {
    return { id: inputs.name, state: await build(inputs, ctx) };
  },

  previewState({ contentHash }) {
    return contentHash === undefined ? {} : { contentHash };
  },

  update(_id, _state, _oldInputs, news, ctx) {
    return build(news, ctx);
  },

  delete() {
    // The cache is for the next cluster.
  },
};

async function build(inputs: NamedSource, ctx: Parameters<typeof ensureBuilt>[2]): Promise<ImageBuildState> {
  const contentHash = currentHash(inputs);
  await ensureBuilt(inputs, contentHash, ctx);
  return { contentHash };
}
