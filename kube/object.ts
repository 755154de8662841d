/** Kubernetes objects as data, and how to read fields that may be missing. */

/** A Kubernetes object, as far as all kinds are alike. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly deletionTimestamp?: string;
    readonly managedFields?: readonly ManagedFieldsEntry[];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** One owner's entry in `metadata.managedFields`. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/** A map of unknown values. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether a value is a map: an object, and no list. */
export const isMap = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path of keys; undefined where there is none. */
export function valueAt(value: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (isMap(found) ? found[key] : undefined), value);
}

/** The map at a path; empty where there is none. */
export function mapAt(value: unknown, ...path: readonly string[]): Fields {
  const found = valueAt(value, ...path);
  return isMap(found) ? found : {};
}

/** The list at a path; empty where there is none. */
export function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = valueAt(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The text at a path; empty where there is none. */
export function textAt(value: unknown, ...path: readonly string[]): string {
  const found = valueAt(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The number at a path, or a standard value. */
export function numberAt(value: unknown, standard: number, ...path: readonly string[]): number {
  const found = valueAt(value, ...path);
  return typeof found === "number" ? found : standard;
}

/** An object's name; empty where it has none. */
export const nameOf = (object: unknown): string => textAt(object, "metadata", "name");

/** An object's namespace; empty where it has none. */
export const namespaceOf = (object: unknown): string => textAt(object, "metadata", "namespace");

/** The path under which an API version serves its kinds. */
export const rootOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
