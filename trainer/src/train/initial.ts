import seedrandom from "seedrandom";
import type { Variable, VariableValues } from "../graph/variables";
import { type Network, place, sizeOf } from "../model/network";

/**
 * The values a run starts with: Glorot's uniform weights as in Keras, biases and Adam's means at nought, and the
 * moving average at the weights themselves.
 */
export function initialValues(network: Network, variables: readonly Variable[], seed: number): VariableValues {
  const random = seedrandom.alea(`weights ${seed}`);
  const values: VariableValues = new Map();
  for (const { name, shape, fanIn, fanOut } of place(network).flatMap(({ weights }) => weights)) {
    const limit = fanIn > 0 ? Math.sqrt(6 / (fanIn + fanOut)) : 0;
    values.set(
      name,
      Float32Array.from({ length: sizeOf(shape) }, () => (random() * 2 - 1) * limit),
    );
  }
  for (const { name, shape } of variables) {
    if (values.has(name)) continue;
    const averaged = name.endsWith("/average") ? values.get(name.slice(0, -"/average".length)) : undefined;
    values.set(name, averaged ? averaged.slice() : new Float32Array(sizeOf(shape)));
  }
  return values;
}
