import * as attr from "./attributes";
import { messages, type NodeMessage } from "./messages";

const { GraphDef, MetaGraphDef, NodeDef, SavedModel, VersionDef } = messages;

/** A reference to an operation's output: `name` is its first, `name:1` its second. */
export type Ref = string;

/** The tag under which a graph is written, and under which a session loads it. */
export const GRAPH_TAG = "train";

/** GraphDef producer version; any from TensorFlow 1.15 on knows every operation used here. */
const PRODUCER = 134;

/**
 * Writes a TensorFlow graph, one operation at a time.
 *
 * tfjs-node runs each operation of a network on its own, and knows no graphs except in a SavedModel. So a graph is
 * written as a SavedModel without weights: one call then runs a whole training step, with TensorFlow's own graph
 * optimizer, its thread pools and no trip to JavaScript between two operations.
 */
export class GraphBuilder {
  readonly #nodes: NodeMessage[] = [];
  readonly #names = new Map<string, number>();

  /**
   * Adds an operation.
   * @param op TensorFlow's name of the operation, such as `MatMul`.
   * @param inputs its inputs, in order.
   * @param attributes those without a default must be there.
   * @param options `name` (default: the operation's) is made unique; `after` lists operations that must run first.
   * @returns its first output; append `:1` and so on for the others.
   */
  op(
    op: string,
    inputs: readonly Ref[],
    attributes: attr.Attributes = {},
    options: { name?: string; after?: readonly Ref[] } = {},
  ): Ref {
    const name = this.#unique(options.name ?? op);
    const node = new NodeDef();
    node.setName(name);
    node.setOp(op);
    node.setInputList([...inputs, ...(options.after ?? []).map((ref) => `^${ref.split(":")[0]}`)]);
    for (const [key, value] of Object.entries(attributes)) node.getAttrMap().set(key, value);
    this.#nodes.push(node);
    return name;
  }

  /** Adds a constant; a plain number is a float scalar. */
  constant(values: number | Float32Array | Int32Array, sizes?: readonly number[]): Ref {
    const array = typeof values === "number" ? Float32Array.of(values) : values;
    const shape = sizes ?? (typeof values === "number" ? [] : [array.length]);
    return this.op("Const", [], {
      dtype: attr.type(array instanceof Float32Array ? attr.FLOAT : attr.INT32),
      value: attr.tensor(array, shape),
    });
  }

  /** Adds an input that is fed at each run; a size of -1 is whatever is fed. */
  placeholder(name: string, dtype: attr.DType, sizes: readonly number[]): Ref {
    return this.op("Placeholder", [], { dtype: attr.type(dtype), shape: attr.shape(sizes) }, { name });
  }

  /** The graph as the bytes of a SavedModel's `saved_model.pb`. */
  serialize(): Uint8Array {
    const versions = new VersionDef();
    versions.setProducer(PRODUCER);
    const graph = new GraphDef();
    graph.setNodeList(this.#nodes);
    graph.setVersions(versions);
    const info = new MetaGraphDef.MetaInfoDef();
    info.addTags(GRAPH_TAG);
    const meta = new MetaGraphDef();
    meta.setMetaInfoDef(info);
    meta.setGraphDef(graph);
    const model = new SavedModel();
    model.setSavedModelSchemaVersion(1);
    model.addMetaGraphs(meta);
    return model.serializeBinary();
  }

  #unique(name: string): string {
    const count = this.#names.get(name) ?? 0;
    this.#names.set(name, count + 1);
    return count === 0 ? name : `${name}_${count}`;
  }
}
