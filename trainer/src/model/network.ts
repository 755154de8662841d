/** A layer of a network of the kind trained here. Each convolution and dense layer has a bias. */
export type Layer =
  | { kind: "conv"; name: string; filters: number; size: number; activation: "relu" }
  | { kind: "maxPool"; name: string }
  | { kind: "flatten"; name: string }
  | { kind: "dropout"; name: string; rate: number }
  | { kind: "dense"; name: string; units: number; activation: "relu" | "linear" | "softmax" };

/** A network: the shape of one example, and the layers it goes through. */
export interface Network {
  input: readonly [height: number, width: number, channels: number];
  layers: readonly Layer[];
}

/** A weight of a network, and how many of its inputs and outputs meet in it (0 for a bias). */
export interface Weight {
  name: string;
  shape: readonly number[];
  fanIn: number;
  fanOut: number;
}

/** A layer with the shapes around it and the weights in it. */
export interface Placed {
  layer: Layer;
  input: readonly number[];
  output: readonly number[];
  weights: readonly Weight[];
}

/** The widths of the default network for digits. */
export interface DigitsOptions {
  /** Filters of the three convolutions. */
  filters: readonly [number, number, number];
  /** Units of the hidden dense layer. */
  units: number;
  /** Share of the units dropped while training, 0 to below 1. */
  dropout: number;
}

/** The network for 28x28 grey digits: three convolutions, one hidden layer, ten classes. */
export function digitsNetwork({ filters, units, dropout }: DigitsOptions): Network {
  return {
    input: [28, 28, 1],
    layers: [
      { kind: "conv", name: "conv1", filters: filters[0], size: 3, activation: "relu" },
      { kind: "maxPool", name: "pool1" },
      { kind: "conv", name: "conv2", filters: filters[1], size: 3, activation: "relu" },
      { kind: "maxPool", name: "pool2" },
      { kind: "conv", name: "conv3", filters: filters[2], size: 3, activation: "relu" },
      { kind: "flatten", name: "flatten" },
      { kind: "dropout", name: "dropout1", rate: dropout },
      { kind: "dense", name: "hidden", units, activation: "relu" },
      { kind: "dropout", name: "dropout2", rate: dropout },
      { kind: "dense", name: "probabilities", units: 10, activation: "softmax" },
    ],
  };
}

/** Works out every layer's shapes and weights. */
export function place(network: Network): Placed[] {
  let input: readonly number[] = network.input;
  return network.layers.map((layer) => {
    const placed = placeLayer(layer, input);
    input = placed.output;
    return placed;
  });
}

function placeLayer(layer: Layer, input: readonly number[]): Placed {
  const [height = 1, width = 1, channels = 1] = input;
  switch (layer.kind) {
    case "conv": {
      const { filters, size, name } = layer;
      const fanIn = size * size * channels;
      return {
        layer,
        input,
        output: [height - size + 1, width - size + 1, filters],
        weights: [
          { name: `${name}/kernel`, shape: [size, size, channels, filters], fanIn, fanOut: size * size * filters },
          { name: `${name}/bias`, shape: [filters], fanIn: 0, fanOut: 0 },
        ],
      };
    }
    case "maxPool":
      return { layer, input, output: [Math.floor(height / 2), Math.floor(width / 2), channels], weights: [] };
    case "flatten":
      return { layer, input, output: [height * width * channels], weights: [] };
    case "dropout":
      return { layer, input, output: input, weights: [] };
    case "dense":
      return {
        layer,
        input,
        output: [layer.units],
        weights: [
          { name: `${layer.name}/kernel`, shape: [height, layer.units], fanIn: height, fanOut: layer.units },
          { name: `${layer.name}/bias`, shape: [layer.units], fanIn: 0, fanOut: 0 },
        ],
      };
  }
}

/** How many numbers a shape holds. */
export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
