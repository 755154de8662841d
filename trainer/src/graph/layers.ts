import * as attr from "./attributes";
import type { GraphBuilder, Ref } from "./builder";

/** A layer in a graph: its output, and the way back from the output's gradient to its input's. */
export interface Built {
  output: Ref;
  /** Adds the gradient operations. Absent input gradients (of the first layer) cost nothing: they are never fetched. */
  back(outputGradient: Ref): { input: () => Ref; weights: Ref[] };
}

const T = { T: attr.type(attr.FLOAT) };
const STRIDE_1 = attr.ints([1, 1, 1, 1]);

/** A convolution with stride 1, without bias. `kernel` is [height, width, in, out]. */
export function conv(g: GraphBuilder, x: Ref, kernel: Ref, kernelShape: readonly number[], padding: string): Built {
  const attributes = { ...T, strides: STRIDE_1, padding: attr.text(padding.toUpperCase()) };
  return {
    output: g.op("Conv2D", [x, kernel], attributes),
    back: (dy) => ({
      input: () => {
        const sizes = g.op("Shape", [x], T);
        return g.op("Conv2DBackpropInput", [sizes, kernel, dy], attributes);
      },
      weights: [g.op("Conv2DBackpropFilter", [x, g.constant(Int32Array.from(kernelShape)), dy], attributes)],
    }),
  };
}

/** Adds a value per channel. */
export function bias(g: GraphBuilder, x: Ref, values: Ref): Built {
  return {
    output: g.op("BiasAdd", [x, values], T),
    back: (dy) => ({ input: () => dy, weights: [g.op("BiasAddGrad", [dy], T)] }),
  };
}

/** Rectified linear units. */
export function relu(g: GraphBuilder, x: Ref): Built {
  const output = g.op("Relu", [x], T);
  return { output, back: (dy) => ({ input: () => g.op("ReluGrad", [dy, output], T), weights: [] }) };
}

/** The largest of each 2x2 square. */
export function maxPool(g: GraphBuilder, x: Ref): Built {
  const attributes = {
    ...T,
    ksize: attr.ints([1, 2, 2, 1]),
    strides: attr.ints([1, 2, 2, 1]),
    padding: attr.text("VALID"),
  };
  const output = g.op("MaxPool", [x], attributes);
  return { output, back: (dy) => ({ input: () => g.op("MaxPoolGrad", [x, output, dy], attributes), weights: [] }) };
}

/** One row per example. */
export function flatten(g: GraphBuilder, x: Ref, size: number): Built {
  const reshape = { ...T, Tshape: attr.type(attr.INT32) };
  return {
    output: g.op("Reshape", [x, g.constant(Int32Array.of(-1, size))], reshape),
    back: (dy) => ({ input: () => g.op("Reshape", [dy, g.op("Shape", [x], T)], reshape), weights: [] }),
  };
}

/** A matrix product. `kernel` is [in, out]. */
export function dense(g: GraphBuilder, x: Ref, kernel: Ref): Built {
  return {
    output: g.op("MatMul", [x, kernel], T),
    back: (dy) => ({
      input: () => g.op("MatMul", [dy, kernel], { ...T, transpose_b: attr.bool(true) }),
      weights: [g.op("MatMul", [x, dy], { ...T, transpose_a: attr.bool(true) })],
    }),
  };
}

/**
 * Drops a share of the values and scales up the others.
 * @param seed two integers; the same seed drops the same values.
 */
export function dropout(g: GraphBuilder, x: Ref, rate: number, seed: Ref): Built {
  const sizes = g.op("Shape", [x], T);
  const uniform = g.op("StatelessRandomUniform", [sizes, seed], {
    dtype: attr.type(attr.FLOAT),
    T: attr.type(attr.INT32),
    Tseed: attr.type(attr.INT32),
  });
  const kept = g.op("GreaterEqual", [uniform, g.constant(rate)], T);
  const ones = g.op("Cast", [kept], { SrcT: attr.type(attr.BOOL), DstT: attr.type(attr.FLOAT) });
  const mask = g.op("Mul", [ones, g.constant(1 / (1 - rate))], T);
  return {
    output: g.op("Mul", [x, mask], T),
    back: (dy) => ({ input: () => g.op("Mul", [dy, mask], T), weights: [] }),
  };
}
