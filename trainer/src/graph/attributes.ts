import { type AttrMessage, messages, type TensorShapeMessage } from "./messages";

const { AttrValue, Tensor, TensorShape } = messages;

/** TensorFlow's numbers for the element types a graph here uses. */
export const FLOAT = 1;
export const INT32 = 3;
export const BOOL = 10;

/** The element type of a tensor in a graph. */
export type DType = typeof FLOAT | typeof INT32 | typeof BOOL;

/** An operation's attributes, each made by one of the functions below. */
export type Attributes = Record<string, AttrMessage>;

function shapeMessage(shape: readonly number[]): TensorShapeMessage {
  const message = new TensorShape();
  for (const size of shape) {
    const dim = new TensorShape.Dim();
    dim.setSize(size);
    message.addDim(dim);
  }
  return message;
}

/** An attribute holding an element type. */
export function type(dtype: DType): AttrMessage {
  const attribute = new AttrValue();
  attribute.setType(dtype);
  return attribute;
}

/** An attribute holding a float. */
export function float(value: number): AttrMessage {
  const attribute = new AttrValue();
  attribute.setF(value);
  return attribute;
}

/** An attribute holding a truth value. */
export function bool(value: boolean): AttrMessage {
  const attribute = new AttrValue();
  attribute.setB(value);
  return attribute;
}

/** An attribute holding a string. */
export function text(value: string): AttrMessage {
  const attribute = new AttrValue();
  attribute.setS(new TextEncoder().encode(value));
  return attribute;
}

/** An attribute holding a list of integers, such as strides. */
export function ints(values: readonly number[]): AttrMessage {
  const list = new AttrValue.ListValue();
  list.setIList([...values]);
  const attribute = new AttrValue();
  attribute.setList(list);
  return attribute;
}

/** An attribute holding a shape; -1 is a size known only when the graph runs. */
export function shape(sizes: readonly number[]): AttrMessage {
  const attribute = new AttrValue();
  attribute.setShape(shapeMessage(sizes));
  return attribute;
}

/** An attribute holding a constant tensor. */
export function tensor(values: Float32Array | Int32Array, sizes: readonly number[]): AttrMessage {
  const message = new Tensor();
  message.setDtype(values instanceof Float32Array ? FLOAT : INT32);
  message.setTensorShape(shapeMessage(sizes));
  message.setTensorContent(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  const attribute = new AttrValue();
  attribute.setTensor(message);
  return attribute;
}
