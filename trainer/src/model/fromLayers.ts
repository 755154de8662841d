import type * as tf from "@tensorflow/tfjs-node";
import type { VariableValues } from "../graph/variables";
import type { Layer, Network } from "./network";

interface LayerConfig {
  filters: number;
  kernelSize: number[];
  strides: number[];
  padding: string;
  dataFormat: string;
  dilationRate: number[];
  poolSize: number[];
  units: number;
  rate: number;
  activation: string;
  useBias: boolean;
}

const plain = (values: readonly number[], expected: number): boolean => values.every((value) => value === expected);

/** A layer of tfjs as one of ours, if it is of a kind that we know and set up as ours are. */
function known(layer: tf.layers.Layer): Layer | undefined {
  const config = layer.getConfig() as unknown as LayerConfig;
  const { name } = layer;
  const { activation } = config;
  switch (layer.getClassName()) {
    case "Conv2D": {
      const { filters, kernelSize, strides, padding, dataFormat, dilationRate, useBias } = config;
      const [size = 0] = kernelSize;
      const usual = plain(kernelSize, size) && plain(strides, 1) && plain([dilationRate].flat(), 1) && useBias;
      if (!usual || padding !== "valid" || dataFormat !== "channelsLast" || activation !== "relu") return undefined;
      return { kind: "conv", name, filters, size, activation };
    }
    case "MaxPooling2D": {
      const usual = plain(config.poolSize, 2) && plain(config.strides, 2) && config.padding === "valid";
      return usual && config.dataFormat === "channelsLast" ? { kind: "maxPool", name } : undefined;
    }
    case "Flatten":
      return { kind: "flatten", name };
    case "Dropout":
      return { kind: "dropout", name, rate: config.rate };
    case "Dense": {
      if (!config.useBias || (activation !== "relu" && activation !== "linear" && activation !== "softmax"))
        return undefined;
      return { kind: "dense", name, units: config.units, activation };
    }
    default:
      return undefined;
  }
}

/**
 * Takes a tfjs layers model apart into a network and its weights.
 * @returns undefined when it is not a plain chain of the layers known here.
 */
export function fromLayers(model: tf.LayersModel): { network: Network; weights: VariableValues } | undefined {
  const [height, width, channels, ...more] = model.inputs[0]?.shape.slice(1) ?? [];
  if (model.inputs.length !== 1 || model.outputs.length !== 1 || !height || !width || !channels || more.length > 0)
    return undefined;
  const layers: Layer[] = [];
  const weights: VariableValues = new Map();
  for (const layer of model.layers) {
    if (layer.getClassName() === "InputLayer") continue;
    const ours = known(layer);
    // In a chain each layer is used once and takes the output of the one before.
    if (!ours || layer.inboundNodes.length !== 1) return undefined;
    layers.push(ours);
    const [kernel, bias] = layer.getWeights();
    if (kernel) weights.set(`${ours.name}/kernel`, kernel.dataSync<"float32">());
    if (bias) weights.set(`${ours.name}/bias`, bias.dataSync<"float32">());
  }
  const chained = model.layers.every(
    (layer, index) => index === 0 || [layer.input].flat()[0] === [model.layers[index - 1]!.output].flat()[0],
  );
  return chained ? { network: { input: [height, width, channels], layers }, weights } : undefined;
}
