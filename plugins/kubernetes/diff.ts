/** What differs between the live object and new inputs, path by path. */
import { isMap, isUnknown, type PropertyChange, type PropertyMap, type Value } from "../base";
import { forcesNew } from "./forceNew";
import { isFreeText } from "./normalize";
import { type Step } from "./object";

/** How two objects are compared. */
export interface DiffOptions {
  /** Paths whose change replaces the object. */
  fixedPaths: readonly string[][];
  /**
   * Whether the kind has a fixed schema, whose server stores no `false`, `0` and `""` and drops what it does not
   * know: then inputs that never show up in the live object are no change.
   */
  lenient: boolean;
}

/** What differs, by path, as the engine wants it. */
export type Detailed = Record<string, PropertyChange>;

/**
 * Compares the live object, in the shape of the old inputs, with the new inputs.
 * @param live the live object, pruned
 * @param oldInputs the inputs it was made from
 */
export function detailedDiff(
  live: PropertyMap,
  oldInputs: PropertyMap,
  news: PropertyMap,
  options: DiffOptions,
): Detailed {
  const found: Detailed = {};
  compareMaps([], live, oldInputs, news, options, found);
  return found;
}

function compareMaps(
  path: readonly Step[],
  live: PropertyMap,
  old: PropertyMap,
  news: PropertyMap,
  options: DiffOptions,
  found: Detailed,
): void {
  for (const key of new Set([...Object.keys(live), ...Object.keys(news)])) {
    compare([...path, key], live[key], old[key], news[key], options, found);
  }
}

function compare(
  path: readonly Step[],
  live: Value | undefined,
  old: Value | undefined,
  next: Value | undefined,
  options: DiffOptions,
  found: Detailed,
): void {
  if (next === undefined || next === null) {
    if (live !== undefined && live !== null) record("delete", live);
    return;
  }
  if (live === undefined || live === null) {
    if (!(options.lenient && !isFreeText(path) && notStored(old, next))) record("add", next);
    return;
  }
  if (isUnknown(next)) return record("update", next);
  if (isMap(next) && isMap(live)) return compareMaps(path, live, isMap(old) ? old : {}, next, options, found);
  if (Array.isArray(next) && Array.isArray(live)) {
    const before = Array.isArray(old) ? old : [];
    for (let i = 0; i < Math.max(next.length, live.length); i++) {
      compare([...path, i], live[i], before[i], next[i], options, found);
    }
    return;
  }
  if (live !== next) record("update", next);

  function record(change: "add" | "delete" | "update", value: Value): void {
    found[pathText(path)] = forcesNew(path, value, options.fixedPaths) ? `${change}-replace` : change;
  }
}

/** Whether the server left out what was asked for, and asking again would change nothing. */
function notStored(old: Value | undefined, next: Value): boolean {
  if (next === false || next === 0 || next === "") return true;
  return old !== undefined && equal(old, next);
}

function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (isMap(a) && isMap(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => equal(a[key], b[key]));
  }
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  return a === b && !isUnknown(a);
}

/** A path as the engine writes it: `spec.containers[0]["a.b"]`. */
export function pathText(path: readonly Step[]): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (/[."[\]]/.test(step)) text += `["${step.replaceAll('"', '\\"')}"]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}

/** Reads a path such as the engine writes it. */
export function parsePath(text: string): Step[] {
  const steps: Step[] = [];
  for (const [, quoted, index, plain] of text.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+|\*)\]|([^.[\]]+)/g)) {
    if (quoted !== undefined) steps.push(quoted.replaceAll('\\"', '"'));
    else if (index !== undefined) steps.push(index === "*" ? "*" : Number(index));
    else if (plain !== undefined) steps.push(plain);
  }
  return steps;
}

/** Whether a path lies at or under one that is to be ignored. */
export function isUnder(path: readonly Step[], ignored: readonly Step[]): boolean {
  return ignored.length <= path.length && ignored.every((step, i) => step === "*" || step === path[i]);
}
