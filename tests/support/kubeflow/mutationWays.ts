/** The ways in which a random mutation changes an object in place. */
import { escape } from "../../../kube/pointer";

/** What one mutation is made from. */
export interface Dice {
  readonly object: number;
  readonly way: number;
  readonly place: number;
  readonly value: number;
  readonly manager: number;
}

type Json = unknown;
type Map_ = Record<string, Json>;

const isMap = (value: Json): value is Map_ => typeof value === "object" && value !== null && !Array.isArray(value);

/** What the API server writes, and what makes an object the one it is. */
const fixed =
  /^\/(apiVersion|kind|status|metadata\/(name|namespace|uid|resourceVersion|generation|creationTimestamp|managedFields|finalizers|ownerReferences))$/;

/** What of a CRD can be changed without taking objects of its kind along, which are pruned by its schema. */
const harmless = /^\/metadata\/|\/description$/;

interface Place {
  readonly path: string;
  readonly holder: Map_ | Json[];
  readonly key: string | number;
  readonly value: Json;
}

/** The places in an object that may be touched. */
const places = (object: Map_): Place[] =>
  allPlaces(object).filter(({ path }) => object["kind"] !== "CustomResourceDefinition" || harmless.test(path));

/** Every place in an object, inner ones included. */
function allPlaces(value: Json, path = ""): Place[] {
  if (typeof value !== "object" || value === null) return [];
  const holder = value as Map_ | Json[];
  const entries: [string | number, Json][] = Array.isArray(holder) ? [...holder.entries()] : Object.entries(holder);
  return entries.flatMap(([key, inner]) => {
    const at = `${path}/${escape(String(key))}`;
    return fixed.test(at) ? [] : [{ path: at, holder, key, value: inner }, ...allPlaces(inner, at)];
  });
}

/** The item that a die falls on. */
export const pick = <T>(list: readonly T[], die: number): T | undefined => list[die % Math.max(list.length, 1)];

function otherValue(value: Json, die: number): Json {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1 + (die % 3);
  const text = String(value);
  if (/^\d+m?$/.test(text)) return text.replace(/^\d+/, (digits) => String(Number(digits) + 1));
  if (/^[A-Za-z0-9+/]+=*$/.test(text) && text.length % 4 === 0) return Buffer.from(`other ${die}`).toString("base64");
  return die % 2 === 0 ? `${text}-x` : `x${text}`;
}

function set(place: Place, value: Json): void {
  Reflect.set(place.holder, place.key, value);
}

function mapOf(object: Map_, ...path: string[]): Map_ {
  return path.reduce<Map_>((at, key) => {
    const inner = at[key];
    if (isMap(inner)) return inner;
    const made: Map_ = {};
    at[key] = made;
    return made;
  }, object);
}

/** The ways to change an object in place; each answers with what it did, or with nothing when the object has no place for it. */
const ways: readonly ((object: Map_, dice: Dice) => string | undefined)[] = [
  function changeValue(object, { place, value }) {
    const found = pick(
      places(object).filter((one) => typeof one.value !== "object"),
      place,
    );
    if (found) set(found, otherValue(found.value, value));
    return found && `changed ${found.path}`;
  },
  function takeOut(object, { place }) {
    const found = pick(places(object), place);
    if (!found) return undefined;
    if (Array.isArray(found.holder)) found.holder.splice(Number(found.key), 1);
    else Reflect.deleteProperty(found.holder, found.key);
    return `took out ${found.path}`;
  },
  function empty(object, { place }) {
    const found = pick(
      places(object).filter((one) => typeof one.value !== "object" || Array.isArray(one.value)),
      place,
    );
    if (found) set(found, Array.isArray(found.value) ? [] : typeof found.value === "string" ? "" : null);
    return found && `emptied ${found.path}`;
  },
  function addLabel(object, { value }) {
    mapOf(object, "metadata", value % 2 === 0 ? "labels" : "annotations")[`example.org/added-${value % 100}`] = "yes";
    return "added a label or an annotation";
  },
  function addEntry(object, { place, value }) {
    const found = pick(
      places(object).filter(
        (one) => isMap(one.value) && Object.values(one.value).every((item) => typeof item === "string"),
      ),
      place,
    );
    if (found) (found.value as Map_)[`added-${value % 100}`] = Buffer.from("added").toString("base64");
    return found && `added an entry to ${found.path}`;
  },
  function addItem(object, { place, value }) {
    const found = pick(
      places(object).filter((one) => Array.isArray(one.value) && one.value.length > 0),
      place,
    );
    const list = found?.value as Json[] | undefined;
    const model = pick(list ?? [], value);
    if (!list || !found) return undefined;
    const item =
      isMap(model) && typeof model["name"] === "string"
        ? { ...model, name: `added-${value % 100}` }
        : typeof model === "string"
          ? `added-${value % 100}`
          : isMap(model)
            ? structuredClone(model)
            : model;
    list.splice(value % (list.length + 1), 0, item);
    return `added an item to ${found.path}`;
  },
  function reorder(object, { place }) {
    const found = pick(
      places(object).filter((one) => Array.isArray(one.value) && one.value.length > 1),
      place,
    );
    if (found) (found.value as Json[]).reverse();
    return found && `reversed ${found.path}`;
  },
  function claim(object, { value }) {
    const labels = mapOf(object, "metadata", "labels");
    const annotations = mapOf(object, "metadata", "annotations");
    if (value % 3 === 0) labels["app.kubernetes.io/managed-by"] = "Helm";
    else if (value % 3 === 1) annotations["argocd.argoproj.io/tracking-id"] = "their:app";
    else
      mapOf(object, "metadata")["ownerReferences"] = [
        { apiVersion: "v1", kind: "ConfigMap", name: "owner", uid: "00000000-0000-4000-8000-000000000001" },
      ];
    return "claimed it";
  },
];

/**
 * Changes an object in a random way and place.
 * @param object - changed in place
 * @returns what was done, in words; undefined when the object has no place for it
 */
export const changeSomething = (object: object, rolled: Dice): string | undefined =>
  pick(ways, Math.floor(rolled.way / 12))?.(object as Map_, rolled);
