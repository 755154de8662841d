import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-node";
import * as attr from "../graph/attributes";
import { GraphBuilder } from "../graph/builder";
import { GraphSession } from "../graph/session";
import { buildForward } from "../model/forward";
import { fromLayers } from "../model/fromLayers";
import { loadFiles, type ModelFiles } from "../model/layersModel";
import { sizeOf } from "../model/network";

/** The folder holds no model that can be served. */
export class ModelError extends Error {
  override readonly name = "ModelError";
}

/** A loaded model. */
export interface Model {
  version: string;
  /** Shapes of one example going in and coming out. */
  input: readonly number[];
  output: readonly number[];
  /** Predicts `count` examples, one after the other in `values`, on the calling thread. */
  predict(values: Float32Array, count: number): Float32Array;
}

/**
 * Loads the model of a folder: `model.json`, the weights it names, and `metrics.json` for its version, if it is there.
 * @param version goes before the one of `metrics.json`.
 * @param warmUp predicts batches of each size up to this, so that no request pays for TensorFlow's first time.
 * @throws ModelError saying what is missing or wrong.
 */
export async function loadModel(folder: string, version: string | undefined, warmUp: number): Promise<Model> {
  const layers = await readLayers(folder);
  const input = shapeOf(layers.inputs, "input");
  const output = shapeOf(layers.outputs, "output");
  const predict = compiled(layers) ?? interpreted(layers, input);
  for (let count = 1; count <= warmUp; count++) predict(new Float32Array(count * sizeOf(input)), count);
  return { version: version ?? (await versionOf(folder)) ?? "1", input, output, predict };
}

async function readLayers(folder: string): Promise<tf.LayersModel> {
  const read = async (name: string): Promise<Buffer> => {
    try {
      return await readFile(join(folder, name));
    } catch (error) {
      throw new ModelError(`${join(folder, name)} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
    }
  };
  const json = await read("model.json");
  try {
    const { weightsManifest } = JSON.parse(json.toString("utf8")) as { weightsManifest: { paths: string[] }[] };
    const files: ModelFiles = new Map([["model.json", json]]);
    for (const path of weightsManifest.flatMap(({ paths }) => paths)) files.set(path, await read(path));
    return await loadFiles(files);
  } catch (error) {
    if (error instanceof ModelError) throw error;
    throw new ModelError(`${folder} does not hold a tfjs layers model: ${(error as Error).message}`);
  }
}

async function versionOf(folder: string): Promise<string | undefined> {
  try {
    const { version } = JSON.parse(await readFile(join(folder, "metrics.json"), "utf8")) as { version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

function shapeOf(tensors: readonly { shape: (number | null)[] }[], what: string): number[] {
  const shape = tensors[0]?.shape.slice(1) ?? [];
  if (tensors.length !== 1 || shape.length === 0 || shape.some((size) => size === null))
    throw new ModelError(
      `The model has ${tensors.length} ${what}s of shape [${shape.join(", ")}]: one of a fixed shape is served.`,
    );
  return shape as number[];
}

/** A known network runs as one graph: less than half the time of one call for each layer. */
function compiled(layers: tf.LayersModel): Model["predict"] | undefined {
  const parts = fromLayers(layers);
  if (!parts) return undefined;
  const { network, weights } = parts;
  layers.dispose();
  const graph = new GraphBuilder();
  const images = graph.placeholder("images", attr.FLOAT, [-1, ...network.input]);
  const result = buildForward(graph, network, images, (name, shape) => graph.constant(weights.get(name)!, shape));
  const session = new GraphSession(graph);
  return (values, count) =>
    session.run({ images: { values, shape: [count, ...network.input] } }, [result])[0] as Float32Array;
}

/** Any other layers model is run by tfjs. */
function interpreted(layers: tf.LayersModel, input: readonly number[]): Model["predict"] {
  return (values, count) =>
    tf.tidy(() => (layers.predictOnBatch(tf.tensor(values, [count, ...input])) as tf.Tensor).dataSync<"float32">());
}
