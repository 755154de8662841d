import { sizeOf } from "../model/network";
import { bad } from "./errors";
import type { Model } from "./model";
import { acceptedShapes, copyNested, depthOf, describe } from "./tensor";

/** Examples taken out of a request. */
export interface Examples {
  values: Float32Array;
  count: number;
}

/**
 * Takes the instances out of a V1 `:predict` request.
 * @throws ProtocolError when the body is not one for this model.
 */
export function readInstances(body: unknown, { input }: Pick<Model, "input">): Examples {
  if (typeof body !== "object" || body === null || Array.isArray(body))
    throw bad(`The body is ${describe(body)}: give an object with "instances".`);
  const { instances } = body as { instances?: unknown };
  if (!Array.isArray(instances) || instances.length === 0)
    throw bad(`"instances" is ${describe(instances)}: give an array of at least one instance.`);
  const shapes = acceptedShapes(input);
  const size = sizeOf(input);
  const values = new Float32Array(instances.length * size);
  instances.forEach((instance: unknown, index) => {
    const depth = depthOf(instance);
    const shape = shapes.find((each) => each.length === depth) ?? shapes[0]!;
    copyNested(instance, shape, values, index * size, `instances[${index}]`);
  });
  return { values, count: instances.length };
}

/** The reply to a V1 `:predict` request: for each instance its outputs. */
export function predictions(outputs: Float32Array, { output }: Pick<Model, "output">): string {
  const size = sizeOf(output);
  const rows: unknown[] = [];
  for (let at = 0; at < outputs.length; at += size) rows.push(nest(outputs.subarray(at, at + size), output));
  return JSON.stringify({ predictions: rows });
}

function nest(values: Float32Array, shape: readonly number[]): unknown {
  const [first = 1, ...rest] = shape;
  if (rest.length === 0) return Array.from(values);
  const size = values.length / first;
  return Array.from({ length: first }, (_, index) => nest(values.subarray(index * size, (index + 1) * size), rest));
}
