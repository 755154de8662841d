/** An object as it is kept in the state: the live object, its inputs beside it, secrets marked. */
import { containsSecret, isMap, type PropertyMap, Secret, unwrapSecrets, type Value } from "../base";
import { apiVersionOf, clone, kindOf, textAt } from "./object";

/** Fields of a CRD's schema that the SDK spells with underscores. */
const DASHED = [
  "embedded-resource",
  "int-or-string",
  "list-map-keys",
  "list-type",
  "map-type",
  "preserve-unknown-fields",
  "validations",
].map((name) => `x-kubernetes-${name}`);
const UNDERSCORES = new Map(DASHED.map((dashed) => [dashed, dashed.replaceAll("-", "_")]));
const DASHES = new Map(DASHED.map((dashed) => [dashed.replaceAll("-", "_"), dashed]));

/** Inputs as a plain Kubernetes object: secrets unwrapped, `null` left out, Kubernetes' own spelling. */
export function toObject(inputs: PropertyMap): PropertyMap {
  return dropNulls(renameKeys(unwrapSecrets(inputs), DASHES));
}

function dropNulls(map: PropertyMap): PropertyMap {
  const result: PropertyMap = {};
  for (const [key, value] of Object.entries(map)) if (value !== null) result[key] = withoutNulls(value);
  return result;
}

function withoutNulls(value: Value): Value {
  if (Array.isArray(value)) return value.map(withoutNulls);
  return isMap(value) ? dropNulls(value) : value;
}

function renameKeys(map: PropertyMap, names: ReadonlyMap<string, string>): PropertyMap;
function renameKeys(value: Value, names: ReadonlyMap<string, string>): Value;
function renameKeys(value: Value, names: ReadonlyMap<string, string>): Value {
  if (Array.isArray(value)) return value.map((item) => renameKeys(item, names));
  if (!isMap(value)) return value;
  const renamed: PropertyMap = {};
  for (const [key, item] of Object.entries(value)) renamed[names.get(key) ?? key] = renameKeys(item, names);
  return renamed;
}

/**
 * Marks in `outs` what is secret in `ins`. Objects are gone through; a list with a secret anywhere becomes secret as a
 * whole, since its order need not survive. Data of a Secret is always secret.
 */
export function annotateSecrets(outs: PropertyMap, ins: PropertyMap | undefined): void {
  if (outs["kind"] === "Secret") {
    for (const key of ["data", "stringData"]) {
      const value = outs[key];
      if (value !== undefined && !(value instanceof Secret)) outs[key] = new Secret(value);
    }
    return;
  }
  for (const [key, from] of Object.entries(ins ?? {})) {
    const to = outs[key];
    if (to === undefined) continue;
    if (isMap(to) && isMap(from)) annotateSecrets(to, from);
    else if (!(to instanceof Secret) && containsSecret(from)) outs[key] = new Secret(to);
  }
}

/**
 * What is kept in the state.
 * @param inputs the inputs as applied
 * @param live the object as the server has it
 * @param from the inputs as the engine sent them, with their secrets
 */
export function checkpoint(
  inputs: PropertyMap,
  live: PropertyMap,
  from: PropertyMap,
  initialApiVersion: string,
  fieldManager: string,
): PropertyMap {
  const isCrd = kindOf(live) === "CustomResourceDefinition";
  const object = isCrd ? renameKeys(live, UNDERSCORES) : clone(live);
  const inputsCopy = isCrd ? renameKeys(inputs, UNDERSCORES) : clone(inputs);
  annotateSecrets(object, from);
  annotateSecrets(inputsCopy, from);
  object["__inputs"] = inputsCopy;
  object["__initialApiVersion"] = initialApiVersion;
  object["__fieldManager"] = fieldManager;
  return object;
}

/** Reads what is kept in the state back into inputs and live object, both plain. */
export function parseCheckpoint(state: PropertyMap): { inputs: PropertyMap; live: PropertyMap } {
  const plain = renameKeys(unwrapSecrets(state), DASHES);
  const { __inputs, __fieldManager, __initialApiVersion, ...live } = plain;
  void [__fieldManager, __initialApiVersion];
  return { inputs: isMap(__inputs) ? __inputs : {}, live };
}

/** The API version an object was first made with. */
export function initialApiVersionOf(state: PropertyMap, inputs: PropertyMap): string {
  return textAt(state, "__initialApiVersion") || apiVersionOf(inputs);
}
