/** Small faults at every place of an object. */
import { type Json, type JsonMap, isMap } from "../../../infra/manifests";

/** An object with one fault, and where the fault is. */
export interface Mutation {
  /** JSON pointer of the property. */
  readonly at: string;
  readonly object: JsonMap;
}

/** The object with each of its properties misspelt in turn, but for those of its own metadata and what identifies it. */
export function misspelt(object: JsonMap): Mutation[] {
  return places(object).map((at) => ({
    at,
    object: changed(object, at, (holder, key) => {
      holder[`${key}Misspelt`] = holder[key] ?? null;
      delete holder[key];
    }),
  }));
}

/** The object with each of its texts, numbers and booleans in turn replaced by an object that has nothing to do there. */
export function mistyped(object: JsonMap): Mutation[] {
  return places(object)
    .filter((at) => typeof valueAt(object, at) !== "object")
    .map((at) => ({
      at,
      object: changed(object, at, (holder, key) => {
        holder[key] = { nothing: ["to", "do", "here"] };
      }),
    }));
}

/** The object with the value at a JSON pointer replaced. */
export function replaced(object: JsonMap, at: string, value: Json): JsonMap {
  return changed(object, at, (holder, key) => {
    holder[key] = value;
  });
}

const own = new Set(["apiVersion", "kind", "metadata"]);

function places(object: JsonMap): string[] {
  return Object.keys(object)
    .filter((key) => !own.has(key))
    .flatMap((key) => [`/${key}`, ...below(object[key] ?? null, `/${key}`)]);
}

function below(value: Json, path: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => below(item, `${path}/${index}`));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const here = `${path}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    return [here, ...below(item, here)];
  });
}

const keysOf = (at: string): string[] =>
  at
    .split("/")
    .slice(1)
    .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));

function valueAt(object: Json, at: string): Json | undefined {
  return keysOf(at).reduce<Json | undefined>(
    (here, key) => (Array.isArray(here) ? here[Number(key)] : isMap(here) ? here[key] : undefined),
    object,
  );
}

function changed(object: JsonMap, at: string, change: (holder: JsonMap, key: string) => void): JsonMap {
  const copy = structuredClone(object);
  const holder = valueAt(copy, at.slice(0, at.lastIndexOf("/")));
  const key = keysOf(at).at(-1);
  if (!isMap(holder) || key === undefined) throw new Error(`The object has no ${at}.`);
  change(holder, key);
  return copy;
}
