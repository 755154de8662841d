/** Who owns which fields of an object: server-side apply's bookkeeping. */
import { isMap, type PropertyMap, type Value } from "../base";
import { parsePath } from "./diff";
import { annotationOf, at, clone, listAt, mapAt, nameOf, removeAt, setAt, type Step, textAt } from "./object";
import type { Resources } from "./resources";

/** Managers that wrote an object before it came under server-side apply; its owner takes their fields over. */
const PREDECESSORS = new Set([
  "kubectl/Apply",
  "kubectl/Update",
  "before-first-apply/Update",
  "pulumi-kubernetes/Update",
  "pulumi-kubernetes.exe/Update",
  "pulumi-resource-kubernetes/Update",
]);

/** Of those, the ones of this provider itself. */
const OWN = /^pulumi-(resource-)?kubernetes(\.exe)?\/Update$/;

/** The manager an object is created by; updates hand its fields to the resource's own manager. */
export const CREATE_MANAGER = "pulumi-kubernetes";

function managerOf(entry: Value): string {
  return `${textAt(entry, "manager")}/${textAt(entry, "operation")}`;
}

/** Whether to take fields from other managers where they conflict. */
export function patchForce(
  inputs: PropertyMap,
  live: PropertyMap | undefined,
  preview: boolean,
  setting: boolean,
): boolean {
  if (annotationOf(inputs, "pulumi.com/patchForce") === "true" || setting) return true;
  if (!preview) return false;
  // In a preview nobody has handed over the fields yet, so that conflict would be a false alarm.
  return live === undefined || listAt(live, "metadata", "managedFields").some((entry) => OWN.test(managerOf(entry)));
}

/**
 * Hands the fields of an object's earlier managers to `manager`, so that applying without a field removes it.
 * @returns the object as it is then
 */
export async function takeOver(
  live: PropertyMap,
  manager: string,
  resources: Resources,
  signal: AbortSignal,
): Promise<PropertyMap> {
  const entries = listAt(live, "metadata", "managedFields");
  const isTaken = (entry: Value): boolean => PREDECESSORS.has(managerOf(entry)) && textAt(entry, "subresource") === "";
  const taken = entries.filter(isTaken);
  if (taken.length === 0) return live;
  const isOurs = (entry: Value): boolean => managerOf(entry) === `${manager}/Apply`;
  const sources = [...entries.filter(isOurs), ...taken];
  const fields = sources.map((entry) => mapAt(entry, "fieldsV1")).reduce(mergeFields, {});
  const [first] = sources;
  const ours = { ...(first as PropertyMap), manager, operation: "Apply", fieldsV1: fields };
  const rest = entries.filter((entry) => !isTaken(entry) && !isOurs(entry));
  return resources.patch(
    live,
    [
      { op: "replace", path: "/metadata/managedFields", value: [...rest, ours] },
      // Fails if somebody else was quicker, rather than undo what they wrote.
      { op: "replace", path: "/metadata/resourceVersion", value: textAt(live, "metadata", "resourceVersion") },
    ],
    signal,
  );
}

function mergeFields(a: PropertyMap, b: PropertyMap): PropertyMap {
  const merged: PropertyMap = { ...a };
  for (const [key, value] of Object.entries(b)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? mergeFields(before, value) : value;
  }
  return merged;
}

/**
 * Applies the user's `ignoreChanges` to inputs about to be applied: fields only others own are left to them, fields of
 * ours keep the value they have in the cluster.
 */
export function keepIgnored(
  inputs: PropertyMap,
  live: PropertyMap,
  ignored: readonly string[],
  manager: string,
): PropertyMap {
  if (ignored.length === 0) return inputs;
  const kept = clone(inputs);
  const entries = listAt(live, "metadata", "managedFields");
  for (const text of ignored) {
    const path = parsePath(text);
    const names = path.filter((step): step is string => typeof step === "string" && step !== "*");
    // A path into a list says which place in the list, not which element; the engine's own handling has to do.
    if (names.length !== path.length) continue;
    const owned = (ours: boolean): boolean =>
      entries.some((entry) => (textAt(entry, "manager") === manager) === ours && ownsPath(entry, path));
    const current = at(live, ...path);
    if (owned(false) && !owned(true)) removeAt(kept, names);
    else if (current !== undefined) setAt(kept, names, current);
  }
  return kept;
}

function ownsPath(entry: Value, path: readonly Step[]): boolean {
  return at(mapAt(entry, "fieldsV1"), ...path.map((step) => `f:${step}`)) !== undefined;
}

/**
 * Gives up every field `manager` owns in the live object: what a `*Patch` resource does when it is deleted. Fields nobody
 * else owns go away.
 */
export async function relinquish(
  object: PropertyMap,
  manager: string,
  resources: Resources,
  signal: AbortSignal,
): Promise<void> {
  const live = await resources.find(object, signal);
  if (live === undefined) return;
  const { apiVersion = "", kind = "" } = live;
  const metadata: PropertyMap = { name: nameOf(live), uid: textAt(live, "metadata", "uid") };
  const namespace = textAt(live, "metadata", "namespace");
  if (namespace !== "") metadata["namespace"] = namespace;
  // With the uid the request can only change this very object, never make a new one.
  await resources.apply({ apiVersion, kind, metadata }, { manager, force: false, signal });
}
