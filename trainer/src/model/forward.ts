import * as attr from "../graph/attributes";
import type { GraphBuilder, Ref } from "../graph/builder";
import * as layers from "../graph/layers";
import { type Network, place } from "./network";

/**
 * Adds a network's forward pass to a graph, as it is used when predicting: no dropout, softmax last.
 * @param weight gives the value of a weight by its name and shape.
 * @returns the last layer's output.
 */
export function buildForward(
  graph: GraphBuilder,
  network: Network,
  images: Ref,
  weight: (name: string, shape: readonly number[]) => Ref,
): Ref {
  let current = images;
  for (const { layer, output, weights } of place(network)) {
    const [kernel, bias] = weights;
    const value = kernel && weight(kernel.name, kernel.shape);
    if (layer.kind === "conv") current = layers.conv(graph, current, value!, kernel!.shape, "valid").output;
    if (layer.kind === "dense") current = layers.dense(graph, current, value!).output;
    if (bias) current = layers.bias(graph, current, weight(bias.name, bias.shape)).output;
    if (layer.kind === "maxPool") current = layers.maxPool(graph, current).output;
    if (layer.kind === "flatten") current = layers.flatten(graph, current, output[0]!).output;
    if (!("activation" in layer)) continue;
    if (layer.activation === "relu") current = layers.relu(graph, current).output;
    if (layer.activation === "softmax") current = graph.op("Softmax", [current], { T: attr.type(attr.FLOAT) });
  }
  return current;
}
