import { sizeOf } from "../model/network";
import { bad } from "./errors";
import type { Model } from "./model";
import { acceptedShapes, copyNested, describe } from "./tensor";
import type { Examples } from "./v1";

/** The names under which the model's input and output go in the Open Inference protocol. */
export const INPUT_NAME = "image";
export const OUTPUT_NAME = "probabilities";

/** An inference request, taken apart. */
export interface InferRequest extends Examples {
  id: string | undefined;
}

const NUMBERS = ["FP32", "FP64"];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Takes the input out of a V2 `infer` request.
 * @throws ProtocolError when the body is not one for this model.
 */
export function readInfer(body: unknown, { input }: Pick<Model, "input">): InferRequest {
  if (!isObject(body)) throw bad(`The body is ${describe(body)}: give an object with "inputs".`);
  const { id, inputs, outputs, parameters } = body;
  if (id !== undefined && typeof id !== "string") throw bad(`"id" is ${describe(id)}: give a string.`);
  if (parameters !== undefined && !isObject(parameters))
    throw bad(`"parameters" is ${describe(parameters)}: give an object.`);
  if (!Array.isArray(inputs) || inputs.length !== 1)
    throw bad(`"inputs" is ${describe(inputs)}: give an array of one, the input "${INPUT_NAME}".`);
  checkOutputs(outputs);
  return { id, ...readInput(inputs[0], input) };
}

function readInput(tensor: unknown, input: readonly number[]): Examples {
  if (!isObject(tensor)) throw bad(`inputs[0] is ${describe(tensor)}: give an object.`);
  const { name, shape, datatype, data } = tensor;
  if (name !== INPUT_NAME) throw bad(`inputs[0].name is ${describe(name)}: the model's input is "${INPUT_NAME}".`);
  if (typeof datatype !== "string" || !NUMBERS.includes(datatype))
    throw bad(`inputs[0].datatype is ${describe(datatype)}: the model's input is FP32.`);
  const shapes = acceptedShapes(input);
  const wanted = `[-1, ${input.join(", ")}]`;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isInteger(size) && size > 0))
    throw bad(`inputs[0].shape is ${JSON.stringify(shape) ?? "missing"}: the model's input is ${wanted}.`);
  const [count, ...rest] = shape as number[];
  if (count === undefined || !shapes.some((each) => each.join() === rest.join()))
    throw bad(`inputs[0].shape is [${shape.join(", ")}]: the model's input is ${wanted}.`);
  const size = sizeOf(input);
  if (!Array.isArray(data)) throw bad(`inputs[0].data is ${describe(data)}: give an array of numbers.`);
  const flat = !Array.isArray(data[0]);
  const given = flat ? [count * size] : (shape as number[]);
  // Only what was sent is made room for: a shape alone may claim any size.
  if (data.length !== given[0])
    throw bad(`inputs[0].data is ${describe(data)}, not an array of ${given[0]}: the shape is [${shape.join(", ")}].`);
  const values = new Float32Array(count * size);
  copyNested(data, given, values, 0, "inputs[0].data");
  return { values, count };
}

function checkOutputs(outputs: unknown): void {
  if (outputs === undefined) return;
  if (!Array.isArray(outputs)) throw bad(`"outputs" is ${describe(outputs)}: give an array.`);
  outputs.forEach((output: unknown, index) => {
    const name = isObject(output) ? output["name"] : output;
    if (name !== OUTPUT_NAME)
      throw bad(`outputs[${index}].name is ${describe(name)}: the model's output is "${OUTPUT_NAME}".`);
  });
}

/** The reply to a V2 `infer` request. */
export function inferReply(outputs: Float32Array, request: InferRequest, name: string, model: Model): string {
  return JSON.stringify({
    model_name: name,
    model_version: model.version,
    ...(request.id !== undefined && { id: request.id }),
    outputs: [
      { name: OUTPUT_NAME, datatype: "FP32", shape: [request.count, ...model.output], data: Array.from(outputs) },
    ],
  });
}

/** What a V2 client is told about the model. */
export function modelMetadata(name: string, { version, input, output }: Model): object {
  return {
    name,
    versions: [version],
    platform: "tfjs_layers",
    inputs: [{ name: INPUT_NAME, datatype: "FP32", shape: [-1, ...input] }],
    outputs: [{ name: OUTPUT_NAME, datatype: "FP32", shape: [-1, ...output] }],
  };
}
