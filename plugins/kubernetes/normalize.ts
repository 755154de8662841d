/** One form for inputs that mean the same, so that they do not show up as changes. */
import { containsUnknown, isMap, type PropertyMap, type Value } from "../base";
import { isBuiltInGroup } from "./discovery";
import { clone, gvkOf, isCrd, kindOf, mapAt, plainText, removeAt, type Step } from "./object";
import { canonicalQuantity } from "./quantity";

/** Fields of the metadata that the server writes. */
const READ_ONLY = [
  "creationTimestamp",
  "deletionGracePeriodSeconds",
  "deletionTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "uid",
];

/** Maps whose values are quantities. */
const QUANTITY_MAPS = new Set([
  "limits",
  "requests",
  "capacity",
  "hard",
  "max",
  "min",
  "default",
  "defaultRequest",
  "maxLimitRequestRatio",
  "overhead",
]);

/** Single quantities, by `parent.key`. */
const QUANTITIES = new Set(["emptyDir.sizeLimit", "resourceFieldRef.divisor", "target.value", "target.averageValue"]);

/** Maps of text the server does not store when they are empty. */
const OMITTED_MAPS = new Set([
  "annotations",
  "binaryData",
  "data",
  "labels",
  "limits",
  "matchLabels",
  "nodeSelector",
  "parameters",
  "requests",
  "stringData",
]);

/** Maps of the user's own text: nothing inside of them has a meaning to Kubernetes. */
const FREE_TEXT = new Set(["annotations", "binaryData", "data", "labels", "matchLabels", "nodeSelector", "stringData"]);

/** Whether a path of a built-in kind ends in an entry of the user's own text, of which the server stores every one. */
export const isFreeText = (path: readonly Step[]): boolean => FREE_TEXT.has(String(path.at(-2)));

/**
 * Normal form of an object's inputs. Objects of built-in kinds get canonical quantities, a Secret's
 * `stringData` becomes `data`, and what the server would not store is left out; custom resources
 * are only freed of server-written metadata. The argument is not changed.
 */
export function normalizeInputs(inputs: PropertyMap): PropertyMap {
  const object = clone(inputs);
  for (const field of READ_ONLY) removeAt(object, ["metadata", field]);
  if (containsUnknown(object) || !isBuiltInGroup(gvkOf(object).group) || isCrd(object)) return object;
  if (kindOf(object) === "Secret") mergeStringData(object);
  return tidyMap(object, "");
}

/** The server keeps `stringData` only as Base64 in `data`. */
function mergeStringData(secret: PropertyMap): void {
  const text = secret["stringData"];
  if (!isMap(text)) return;
  const data: PropertyMap = { ...mapAt(secret, "data") };
  for (const [key, value] of Object.entries(text)) data[key] = Buffer.from(plainText(value), "utf8").toString("base64");
  secret["data"] = data;
  delete secret["stringData"];
}

function tidyMap(map: PropertyMap, parent: string): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(map)) {
    if (Array.isArray(value) && value.length === 0) continue;
    if (isMap(value) && Object.keys(value).length === 0 && OMITTED_MAPS.has(key)) continue;
    result[key] = tidy(value, key, parent);
  }
  return result;
}

function tidy(value: Value, key: string, parent: string): Value {
  if (isMap(value)) {
    if (FREE_TEXT.has(key)) return value;
    return QUANTITY_MAPS.has(key) ? quantities(value) : tidyMap(value, key);
  }
  if (Array.isArray(value)) return value.map((item) => (isMap(item) ? tidyMap(item, key) : item));
  if ((typeof value === "string" || typeof value === "number") && QUANTITIES.has(`${parent}.${key}`)) {
    return canonicalQuantity(value);
  }
  return value;
}

function quantities(map: PropertyMap): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(map)) {
    result[key] = typeof value === "string" || typeof value === "number" ? canonicalQuantity(value) : value;
  }
  return result;
}

/** Copies from the live object what the inputs speak of: the live object in the inputs' shape. */
export function pruneToShape(live: PropertyMap, shape: PropertyMap): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(live)) {
    const wanted = shape[key];
    if (wanted === undefined) continue;
    if (isMap(value) && isMap(wanted)) result[key] = pruneToShape(value, wanted);
    else if (Array.isArray(value) && Array.isArray(wanted)) result[key] = pruneList(value, wanted);
    else result[key] = value;
  }
  return result;
}

function pruneList(live: Value[], shape: Value[]): Value[] {
  if (live.length === 0 || shape.length === 0) return [];
  if (typeof live[0] !== typeof shape[0]) return live;
  return live.slice(0, shape.length).map((value, index) => {
    const wanted = shape[index];
    if (isMap(value) && isMap(wanted)) return pruneToShape(value, wanted);
    if (Array.isArray(value) && Array.isArray(wanted)) return pruneList(value, wanted);
    return value;
  });
}
