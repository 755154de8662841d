import { bad } from "./errors";

/**
 * The shapes in which an example may be given, the longest first: the model's own, without its last sizes of 1
 * (28x28 for 28x28x1), and flat.
 */
export function acceptedShapes(input: readonly number[]): number[][] {
  const shapes = [[...input]];
  const shorter = [...input];
  while (shorter.length > 1 && shorter.at(-1) === 1) {
    shorter.pop();
    shapes.push([...shorter]);
  }
  const flat = [input.reduce((product, size) => product * size, 1)];
  return shorter.length > 1 ? [...shapes, flat] : shapes;
}

/**
 * Copies nested arrays of numbers into a flat one.
 * @param value what JSON held.
 * @param shape the shape it must have.
 * @param where how error messages call it, such as `instances[0]`.
 * @throws ProtocolError naming the first place that is not as it should be.
 */
export function copyNested(
  value: unknown,
  shape: readonly number[],
  target: Float32Array,
  offset: number,
  where: string,
): void {
  copy(value, shape, 0, target, offset, where);
}

function copy(
  value: unknown,
  shape: readonly number[],
  depth: number,
  target: Float32Array,
  offset: number,
  where: string,
): number {
  const size = shape[depth]!;
  if (!Array.isArray(value) || value.length !== size) throw wrong(value, size, shape, where);
  if (depth === shape.length - 1) {
    for (let index = 0; index < size; index++) {
      const number: unknown = value[index];
      // JSON has no NaN, but 1e999 becomes infinite.
      if (typeof number !== "number" || !Number.isFinite(number))
        throw bad(`${where}[${index}] is ${describe(number)}: give a finite number.`);
      target[offset + index] = number;
    }
    return offset + size;
  }
  let at = offset;
  for (let index = 0; index < size; index++)
    at = copy(value[index], shape, depth + 1, target, at, index === 0 ? `${where}[0]` : `${where}[${index}]`);
  return at;
}

function wrong(value: unknown, size: number, shape: readonly number[], where: string): Error {
  return bad(`${where} is ${describe(value)}, not an array of ${size}: the input's shape is [${shape.join(", ")}].`);
}

/**
 * Brings examples given in grey levels to the range from 0 to 1, in place. Clients send pixels either way; a picture
 * with nothing above level 1 is black in both.
 * @param levels the highest level; 0 leaves everything as it is.
 */
export function toUnitRange({ values, count }: { values: Float32Array; count: number }, levels: number): void {
  if (levels === 0) return;
  const size = values.length / count;
  for (let from = 0; from < values.length; from += size) {
    const example = values.subarray(from, from + size);
    if (example.some((value) => value > 1)) example.forEach((value, index) => (example[index] = value / levels));
  }
}

/** A value of JSON in a few words. */
export function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === undefined) return "missing";
  if (value === null) return "null";
  if (typeof value === "object") return "an object";
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

/** How deep the arrays of a value are nested, by their first elements. */
export function depthOf(value: unknown): number {
  let depth = 0;
  for (let inner = value; Array.isArray(inner); inner = inner[0]) depth++;
  return depth;
}
