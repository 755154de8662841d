/**
 * Sets of fields as `metadata.managedFields` writes them (`fieldsV1`): a tree of steps, `f:NAME` a field, `k:{…}` the list item
 * with those keys, `v:…` the item of that value, `i:N` the item at that index, `.` the node itself.
 */
import { isRecord } from "./object";
import { escape, isComparedPerKey } from "./pointer";

/** A set of fields. */
export type FieldSet = Readonly<Record<string, unknown>>;

/** A field of a set, as the live object has it. */
export interface HeldField {
  /** JSON pointer into the live object. */
  readonly path: string;
  readonly value: unknown;
  /** Whether the declared object has it too. */
  readonly isDeclared: boolean;
}

/**
 * The fields of a set that the live object has. Most are leaves; an item or a structure that is not declared and is in the set with
 * everything in it counts as one field.
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
  if (isComparedPerKey(path) || !isRecord(live)) return false;
  return Object.keys(live).every((key) => `f:${key}` in fields);
}

/** Follows one step in the live object, or in the declared one, which may omit keys that have a default. */
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
 * Whether a declared object has a field outside of a set.
 * @param fields - the `fieldsV1` of the declaring manager's entry
 */
export function declaresOutside(fields: unknown, declared: unknown): boolean {
  if (!isRecord(fields)) return true;
  const steps = Object.keys(fields).filter((step) => step !== ".");
  // A leaf of the set stands for everything below it.
  if (steps.length === 0) return false;
  if (isRecord(declared))
    return Object.entries(declared).some(([key, value]) => declaresOutside(fields[`f:${key}`], value));
  if (!Array.isArray(declared)) return false;
  return declared.some((item: unknown) => {
    const step = steps.find((one) => locate([item], one) !== undefined);
    return step === undefined || declaresOutside(fields[step], item);
  });
}

/** The union of two sets. */
export function mergeFields(a: FieldSet, b: FieldSet): FieldSet {
  const merged: Record<string, unknown> = { ...a };
  for (const [step, below] of Object.entries(b)) {
    const before = merged[step];
    merged[step] = isRecord(before) && isRecord(below) ? mergeFields(before, below) : below;
  }
  return merged;
}

/**
 * Splits a set in two by the paths of its leaves in the live object. Leaves that the live object does not have are in neither half.
 * @param isTaken - whether the leaf with that JSON pointer belongs to `taken`
 */
export function partition(
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
    const halves = partition(below, found.value, isTaken, `${path}/${escape(found.key)}`);
    if (halves.taken) taken[step] = halves.taken;
    if (halves.left) left[step] = halves.left;
  }
  const some = (half: Record<string, unknown>) => {
    if (Object.keys(half).length === 0) return undefined;
    return "." in fields ? { ".": {}, ...half } : half;
  };
  return { taken: some(taken), left: some(left) };
}
