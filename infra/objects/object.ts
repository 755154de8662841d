/** Kubernetes objects as plain data, and their identity. */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | JsonMap;
/** A JSON object. */
export interface JsonMap {
  [key: string]: Json;
}

/** A Kubernetes object as in its manifest. */
export interface KubernetesObject extends JsonMap {
  apiVersion: string;
  kind: string;
  metadata: JsonMap & { name: string };
}

/** Whether the value is a JSON object: no array, no null. */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The API group of an object; "" for the core group. */
export function groupOf(object: { apiVersion: string }): string {
  const slash = object.apiVersion.indexOf("/");
  return slash < 0 ? "" : object.apiVersion.slice(0, slash);
}

/** The object's namespace; undefined when it has none. */
export function namespaceOf(object: { metadata: JsonMap }): string | undefined {
  const { namespace } = object.metadata;
  return typeof namespace === "string" ? namespace : undefined;
}

/** `namespace/name`, or the name alone where there is no namespace. */
export function fullName(object: KubernetesObject): string {
  const namespace = namespaceOf(object);
  return namespace === undefined ? object.metadata.name : `${namespace}/${object.metadata.name}`;
}

/** An object's identity: group, kind, namespace and name. Its version may change. */
export function identity(object: KubernetesObject): string {
  const group = groupOf(object);
  return `${object.kind}${group === "" ? "" : `.${group}`} ${fullName(object)}`;
}

/** The map at a path of keys; undefined where there is none. */
export function mapAt(value: Json | undefined, ...path: string[]): JsonMap | undefined {
  let here: Json | undefined = value;
  for (const key of path) here = isMap(here) ? here[key] : undefined;
  return isMap(here) ? here : undefined;
}

/** The maps of the list at a path of keys; none where there is no list. */
export function mapsAt(value: Json | undefined, ...path: string[]): JsonMap[] {
  const last = path.at(-1);
  const list = last === undefined ? value : mapAt(value, ...path.slice(0, -1))?.[last];
  return Array.isArray(list) ? list.filter(isMap) : [];
}

/** The text at a path of keys; "" where there is none. */
export function textAt(value: Json | undefined, ...path: string[]): string {
  const found = mapAt(value, ...path.slice(0, -1))?.[path.at(-1) ?? ""];
  return typeof found === "string" ? found : "";
}
