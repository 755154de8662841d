import * as tf from "@tensorflow/tfjs-node";
import type { VariableValues } from "../graph/variables";
import { type Layer, type Network, place } from "./network";

/** The files of a saved model, by name. */
export type ModelFiles = Map<string, Buffer>;

const WEIGHTS_FILE = "weights.bin";

/** Makes the network as a tfjs layers model, with the given weights by name. The caller disposes of it. */
export function layersModel(network: Network, weights: VariableValues): tf.LayersModel {
  const model = tf.sequential();
  network.layers.forEach((layer, index) => {
    model.add(makeLayer(layer, index === 0 ? { inputShape: [...network.input] } : {}));
  });
  for (const { layer, weights: own } of place(network)) {
    const tensors = own.map(({ name, shape }) => {
      const values = weights.get(name);
      if (!values) throw new Error(`No value for the weight ${name}.`);
      return tf.tensor(values, [...shape]);
    });
    model.getLayer(layer.name).setWeights(tensors);
    tf.dispose(tensors);
  }
  return model;
}

function makeLayer(layer: Layer, first: { inputShape?: number[] }): tf.layers.Layer {
  const { name } = layer;
  switch (layer.kind) {
    case "conv":
      return tf.layers.conv2d({
        ...first,
        name,
        filters: layer.filters,
        kernelSize: layer.size,
        activation: layer.activation,
        kernelInitializer: "zeros",
      });
    case "maxPool":
      return tf.layers.maxPooling2d({ ...first, name, poolSize: 2 });
    case "flatten":
      return tf.layers.flatten({ ...first, name });
    case "dropout":
      return tf.layers.dropout({ ...first, name, rate: layer.rate });
    case "dense":
      return tf.layers.dense({
        ...first,
        name,
        units: layer.units,
        activation: layer.activation,
        kernelInitializer: "zeros",
      });
  }
}

/** The files of a model in tfjs' layers format: `model.json` and one shard of weights. */
export async function modelFiles(model: tf.LayersModel): Promise<ModelFiles> {
  const files: ModelFiles = new Map();
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      const { modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy } = artifacts;
      const manifest = [{ paths: [WEIGHTS_FILE], weights: weightSpecs }];
      const json = { modelTopology, format, generatedBy, convertedBy: convertedBy ?? null, weightsManifest: manifest };
      files.set("model.json", Buffer.from(JSON.stringify(json)));
      const shards = [weightData ?? []].flat();
      files.set(WEIGHTS_FILE, Buffer.concat(shards.map((shard) => new Uint8Array(shard))));
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } });
    }),
  );
  return files;
}

/** Loads a model from its files. The caller disposes of it. */
export async function loadFiles(files: ModelFiles): Promise<tf.LayersModel> {
  const json = JSON.parse(files.get("model.json")!.toString("utf8")) as Parameters<
    typeof tf.io.getModelArtifactsForJSON
  >[0];
  return tf.loadLayersModel({
    load: () =>
      tf.io.getModelArtifactsForJSON(json, (manifest) => {
        const shards = manifest.flatMap(({ paths }) => paths).map((path) => files.get(path)!);
        const bytes = new Uint8Array(Buffer.concat(shards));
        return Promise.resolve([manifest.flatMap(({ weights }) => weights), bytes.buffer]);
      }),
  });
}
