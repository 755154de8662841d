/** Reading and changing Kubernetes objects that are plain data. */
import { isMap, type PropertyMap, type Value } from "../base";

/** A step into an object: a property or an index. */
export type Step = string | number;

/** The value at a path, or `undefined` where the path leaves the object. */
export function at(value: Value | undefined, ...path: Step[]): Value | undefined {
  let here = value;
  for (const step of path) {
    if (typeof step === "number") here = Array.isArray(here) ? here[step] : undefined;
    else here = isMap(here) ? here[step] : undefined;
  }
  return here;
}

/** The text at a path; empty when there is none. */
export function textAt(value: Value | undefined, ...path: Step[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** A plain value as text; what is no plain value as JSON. */
export function plainText(value: Value): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The number at a path, or the default. */
export function numberAt(value: Value | undefined, fallback: number, ...path: Step[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : fallback;
}

/** The list at a path; empty when there is none. */
export function listAt(value: Value | undefined, ...path: Step[]): Value[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found : [];
}

/** The object at a path; empty when there is none. */
export function mapAt(value: Value | undefined, ...path: Step[]): PropertyMap {
  const found = at(value, ...path);
  return isMap(found) ? found : {};
}

export const nameOf = (object: PropertyMap): string => textAt(object, "metadata", "name");
export const namespaceOf = (object: PropertyMap): string => textAt(object, "metadata", "namespace");
export const kindOf = (object: PropertyMap): string => textAt(object, "kind");
export const apiVersionOf = (object: PropertyMap): string => textAt(object, "apiVersion");

/** The value of an annotation; empty when it is not set. */
export function annotationOf(object: PropertyMap, key: string): string {
  return textAt(object, "metadata", "annotations", key);
}

/** Sets a value at a path of property names, making the objects on the way. */
export function setAt(object: PropertyMap, path: readonly string[], value: Value): void {
  const [step, ...rest] = path;
  if (step === undefined) return;
  if (rest.length === 0) {
    object[step] = value;
    return;
  }
  const next = object[step];
  const child: PropertyMap = isMap(next) ? next : {};
  object[step] = child;
  setAt(child, rest, value);
}

/** Removes the property at a path, if it is there. */
export function removeAt(object: PropertyMap, path: readonly string[]): void {
  const parent = at(object, ...path.slice(0, -1));
  const last = path.at(-1);
  if (isMap(parent) && last !== undefined) delete parent[last];
}

/** A deep copy. Values not known yet stay what they are. */
export function clone<T extends Value>(value: T): T;
export function clone(value: Value): Value {
  if (Array.isArray(value)) return value.map((item) => clone(item));
  if (isMap(value)) {
    const copy: PropertyMap = {};
    for (const [key, item] of Object.entries(value)) copy[key] = clone(item);
    return copy;
  }
  return value;
}

/** A group, version and kind. The core group is the empty string. */
export interface Gvk {
  group: string;
  version: string;
  kind: string;
}

/** The group, version and kind of an object. */
export function gvkOf(object: PropertyMap): Gvk {
  return { ...parseApiVersion(apiVersionOf(object)), kind: kindOf(object) };
}

/** Splits `apps/v1` or `v1`; `core/v1` is another way to write `v1`. */
export function parseApiVersion(apiVersion: string): { group: string; version: string } {
  const [first = "", second] = apiVersion.split("/");
  if (second === undefined) return { group: "", version: first };
  return { group: first === "core" ? "" : first, version: second };
}

/** `kubernetes:apps/v1:DeploymentPatch` read as a kind; the `Patch` of a patch resource's type is not part of it. */
export function gvkOfType(type: string): Gvk {
  const [, module = "", name = ""] = type.split(":");
  return { ...parseApiVersion(module), kind: name };
}

/** The apiVersion of a kind, as objects carry it. */
export function apiVersionOfGvk(gvk: Gvk): string {
  return gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`;
}

/** Whether the type is of a `*Patch` resource: one that changes parts of an object it does not own. */
export function isPatchType(type: string, kind: string): boolean {
  const typeName = type.split(":").at(-1) ?? "";
  return typeName.endsWith("Patch") && !kind.endsWith("Patch");
}

/** A resource's id: `namespace/name`, or the name alone. */
export function idOf(object: PropertyMap): string {
  const namespace = namespaceOf(object);
  return namespace === "" ? nameOf(object) : `${namespace}/${nameOf(object)}`;
}

/** The namespace (maybe empty) and name of an id. */
export function parseId(id: string): { namespace: string; name: string } {
  const [first = "", second] = id.split("/");
  return second === undefined ? { namespace: "", name: first } : { namespace: first, name: second };
}

/** Whether the object is a CustomResourceDefinition. */
export function isCrd(object: PropertyMap): boolean {
  return kindOf(object) === "CustomResourceDefinition" && gvkOf(object).group === "apiextensions.k8s.io";
}
