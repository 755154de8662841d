import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-node";
import type { NodeJSKernelBackend } from "@tensorflow/tfjs-node/dist/nodejs_kernel_backend";
import { GRAPH_TAG, type GraphBuilder, type Ref } from "./builder";

/** What is fed to one input of a graph. */
export interface Feed {
  values: Float32Array | Int32Array;
  shape: readonly number[];
}

const output = (ref: Ref): string => (ref.includes(":") ? ref : `${ref}:0`);

/** A graph loaded into TensorFlow, with the variables it holds. */
export class GraphSession {
  readonly #binding = (tf.backend() as NodeJSKernelBackend).binding;
  readonly #id: number;

  /** Loads a graph. It passes through a file of a private temporary folder, since the addon reads graphs from there only. */
  constructor(graph: GraphBuilder) {
    const folder = mkdtempSync(join(tmpdir(), "graph-"));
    try {
      writeFileSync(join(folder, "saved_model.pb"), graph.serialize());
      this.#id = this.#binding.loadSavedModel(folder, GRAPH_TAG);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /**
   * Runs what the given outputs need, in one call, on the calling thread.
   * @param feeds a value for each input that the outputs depend on.
   * @param fetches the outputs wanted.
   * @returns their values, flat, in the order of `fetches`.
   */
  run(feeds: Record<string, Feed>, fetches: readonly Ref[]): (Float32Array | Int32Array | Uint8Array)[] {
    const inputs: number[] = [];
    try {
      for (const { values, shape } of Object.values(feeds)) {
        const dtype = values instanceof Float32Array ? this.#binding.TF_FLOAT : this.#binding.TF_INT32;
        inputs.push(this.#binding.createTensor([...shape], dtype, values));
      }
      const names = Object.keys(feeds).map(output).join(",");
      const results = this.#binding.runSavedModel(this.#id, inputs, names, fetches.map(output).join(","));
      return results.map(({ id }) => {
        const values = this.#binding.tensorDataSync(id);
        this.#binding.deleteTensor(id);
        return values;
      });
    } finally {
      for (const id of inputs) this.#binding.deleteTensor(id);
    }
  }

  /** Frees the graph and its variables. */
  dispose(): void {
    this.#binding.deleteSavedModel(this.#id);
  }
}
