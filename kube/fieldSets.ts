import { escape, isToldSingly } from "./pointer";

/**
 * Sets of fields as `metadata.managedFields` writes them (`fieldsV1`): a tree of steps, `f:NAME` a field, `k:{…}` the item of a
 * list that has those keys, `v:…` the item of that value, `i:N` the item in that place, `.` the node itself.
 */
export type FieldSet = Readonly<Record<string, unknown>>;

/** A field of a set, found in the live object. */
export interface HeldField {
  /** JSON pointer into the live object. */
  readonly path: string;
  readonly value: unknown;
  /** Whether the declared object has it, too. */
  readonly isDeclared: boolean;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The fields of a set that the live object has, leaves mostly: an item or a structure that is not declared and is in the set with all
 * that it holds is one field.
 * @param fields - the `fieldsV1` of an entry
 */
export function heldFields(fields: unknown, live: unknown, declared: unknown, path = ""): HeldField[] {
  if (!isRecord(fields) || live === undefined) return [];
  const inner = Object.entries(fields).filter(([step]) => step !== ".");
  const isDeclared = declared !== undefined;
  if (inner.length === 0 || (!isDeclared && "." in fields && isWhole(fields, live, path)))
    return [{ path, value: live, isDeclared }];
  return inner.flatMap(([step, below]) => {
    const found = locate(live, step);
    if (found === undefined) return [];
    return heldFields(below, found.value, locate(declared, step)?.value, `${path}/${escape(found.key)}`);
  });
}

function isWhole(fields: FieldSet, live: unknown, path: string): boolean {
  if (isToldSingly(path) || !isRecord(live)) return false;
  return Object.keys(live).every((key) => `f:${key}` in fields);
}

/** Follows one step, in the live object or in the declared one, which may leave out keys that have a default. */
function locate(object: unknown, step: string): { key: string; value: unknown } | undefined {
  const name = step.slice(2);
  if (step.startsWith("f:")) return isRecord(object) && name in object ? { key: name, value: object[name] } : undefined;
  if (!Array.isArray(object)) return undefined;
  const wanted: unknown = JSON.parse(name);
  const index = object.findIndex((item: unknown, at) => {
    if (step.startsWith("i:")) return at === wanted;
    if (step.startsWith("v:")) return JSON.stringify(item) === JSON.stringify(wanted);
    if (!isRecord(item) || !isRecord(wanted)) return false;
    return Object.entries(wanted).every(([key, value]) => item[key] === undefined || item[key] === value);
  });
  return index === -1 ? undefined : { key: String(index), value: object[index] };
}

/**
 * Whether a declared object says something that a set does not have.
 * @param fields - the `fieldsV1` of the entry of whoever declared it
 */
export function isBeyond(fields: unknown, declared: unknown): boolean {
  if (!isRecord(fields)) return true;
  const steps = Object.keys(fields).filter((step) => step !== ".");
  // A leaf of the set stands for all below it.
  if (steps.length === 0) return false;
  if (isRecord(declared)) return Object.entries(declared).some(([key, value]) => isBeyond(fields[`f:${key}`], value));
  if (!Array.isArray(declared)) return false;
  return declared.some((item: unknown) => {
    const step = steps.find((one) => locate([item], one) !== undefined);
    return step === undefined || isBeyond(fields[step], item);
  });
}

/** Both sets in one. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  const merged: Record<string, unknown> = { ...a };
  for (const [step, below] of Object.entries(b)) {
    const before = merged[step];
    merged[step] = isRecord(before) && isRecord(below) ? union(before, below) : below;
  }
  return merged;
}

/**
 * A set cut in two by where its leaves are in the live object; what the live object does not have is in neither.
 * @param isTaken - whether a leaf, by its JSON pointer, belongs to `taken`
 */
export function cut(
  fields: FieldSet,
  live: unknown,
  isTaken: (path: string) => boolean,
  path = "",
): { taken: FieldSet | undefined; left: FieldSet | undefined } {
  const inner = Object.entries(fields).filter(([step]) => step !== ".");
  if (inner.length === 0)
    return isTaken(path) ? { taken: fields, left: undefined } : { taken: undefined, left: fields };
  const taken: Record<string, unknown> = {};
  const left: Record<string, unknown> = {};
  for (const [step, below] of inner) {
    const found = locate(live, step);
    if (found === undefined || !isRecord(below)) continue;
    const halves = cut(below, found.value, isTaken, `${path}/${escape(found.key)}`);
    if (halves.taken) taken[step] = halves.taken;
    if (halves.left) left[step] = halves.left;
  }
  const some = (half: Record<string, unknown>) => {
    if (Object.keys(half).length === 0) return undefined;
    return "." in fields ? { ".": {}, ...half } : half;
  };
  return { taken: some(taken), left: some(left) };
}
