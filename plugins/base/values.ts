/**
 * The values that travel between the engine and a plugin: JSON, plus secrets and values that are not
 * known yet because the resource they come from has not been made.
 */

/** Stands for a value that a preview cannot know yet. */
export const UNKNOWN: unique symbol = Symbol.for("kubeflow-stack.unknown");

/** A value that must never be shown in clear, wrapped as it arrived or as it is to be sent. */
export class Secret {
  constructor(readonly value: Value) {}

  /** Keeps an accidental `JSON.stringify` or template literal from showing the content. */
  toJSON(): string {
    return "[secret]";
  }

  toString(): string {
    return "[secret]";
  }
}

/** Any property value of a resource. */
export type Value = null | boolean | number | string | typeof UNKNOWN | Secret | Value[] | PropertyMap;

/** The properties of a resource, by name. */
export interface PropertyMap {
  [key: string]: Value;
}

/** Whether the value itself is not known yet (a preview). */
export function isUnknown(value: unknown): value is typeof UNKNOWN {
  return value === UNKNOWN;
}

/** Whether the value is an object with properties: no array, no secret, no null. */
export function isMap(value: unknown): value is PropertyMap {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret);
}

/** Whether the value, or anything inside of it, is not known yet. */
export function containsUnknown(value: unknown): boolean {
  return some(value, isUnknown);
}

/** Whether the value, or anything inside of it, is a secret. */
export function containsSecret(value: unknown): boolean {
  return some(value, (part) => part instanceof Secret);
}

function some(value: unknown, test: (part: unknown) => boolean): boolean {
  if (test(value)) return true;
  if (value instanceof Secret) return some(value.value, test);
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  if (isMap(value)) return Object.values(value).some((item) => some(item, test));
  return false;
}

/** The same value with every secret replaced by its content. Shares what holds none. */
export function unwrapSecrets(value: PropertyMap): PropertyMap;
export function unwrapSecrets(value: Value): Value;
export function unwrapSecrets(value: Value): Value {
  if (value instanceof Secret) return unwrapSecrets(value.value);
  if (Array.isArray(value)) return value.map((item) => unwrapSecrets(item));
  if (isMap(value)) {
    const plain: PropertyMap = {};
    for (const [key, item] of Object.entries(value)) plain[key] = unwrapSecrets(item);
    return plain;
  }
  return value;
}

/** The names of the properties that are, or hold, a secret. */
export function secretKeys(map: PropertyMap): Set<string> {
  return new Set(Object.keys(map).filter((key) => containsSecret(map[key])));
}

/** A copy of the map in which the named properties, where present, are secrets. */
export function withSecretKeys(map: PropertyMap, keys: ReadonlySet<string>): PropertyMap {
  const marked: PropertyMap = {};
  for (const [key, value] of Object.entries(map)) {
    marked[key] = keys.has(key) && !(value instanceof Secret) ? new Secret(value) : value;
  }
  return marked;
}

/** Deep equality of two values. A secret equals its content; an unknown equals nothing, not even itself. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a instanceof Secret) return sameValue(a.value, b);
  if (b instanceof Secret) return sameValue(a, b.value);
  if (isUnknown(a) || isUnknown(b)) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i]));
  }
  if (isMap(a) && isMap(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].every((key) => sameValue(a[key], b[key]));
  }
  return a === b;
}
