/** Names nobody chose: of objects, and of the field managers that own their fields. */
import { createHash, randomBytes } from "node:crypto";
import { chacha12 } from "@noble/ciphers/chacha.js";
import { type Autonaming, isMap, isUnknown, type PropertyMap } from "../base";
import { annotationOf, at, nameOf, setAt, textAt } from "./object";

const AUTONAMED = "pulumi.com/autonamed";
const HEX = "0123456789abcdef";
const KEY_SIZE = 32;

/**
 * A prefix and eight hex digits. With a seed always the same ones, and the same as Pulumi's own plugins
 * choose: a ChaCha12 stream keyed by the seed's hash, eight bytes a digit.
 */
export function uniqueName(prefix: string, seed: Uint8Array): string {
  const key = seed.length === 0 ? randomBytes(KEY_SIZE) : createHash("sha256").update(seed).digest();
  // The stream's first bytes would key the next block; digits begin after them.
  const stream = chacha12(key, new Uint8Array(12), new Uint8Array(KEY_SIZE + 64));
  let digits = "";
  for (let i = 0; i < 8; i++) digits += HEX.charAt((stream[KEY_SIZE + i * 8] ?? 0) & 15);
  return prefix + digits;
}

/** Whether the user named the object, or left it to a value not known yet or to the server (generateName). */
function isNamed(object: PropertyMap): boolean {
  const metadata = object["metadata"];
  if (isUnknown(metadata)) return true;
  return ["name", "generateName"].some(
    (key) => isUnknown(at(object, "metadata", key)) || textAt(object, "metadata", key) !== "",
  );
}

/**
 * Names an object that has no name, and marks it so.
 * Throws when the project's autonaming setting forbids generated names.
 */
export function assignName(object: PropertyMap, resourceName: string, seed: Uint8Array, autonaming?: Autonaming): void {
  if (isNamed(object)) return;
  if (autonaming?.mode === "disable") {
    throw new Error("autonaming is disabled, resource requires the .metadata.name field to be set");
  }
  name(object, autonaming?.proposedName || uniqueName(`${resourceName}-`, seed));
}

/** Keeps the generated name the object has had so far. */
export function adoptName(object: PropertyMap, old: PropertyMap): void {
  if (!isNamed(object) && isAutonamed(old)) name(object, nameOf(old));
}

function name(object: PropertyMap, chosen: string): void {
  setAt(object, ["metadata", "name"], chosen);
  const annotations = at(object, "metadata", "annotations");
  if (annotations === undefined || annotations === null || isMap(annotations)) {
    setAt(object, ["metadata", "annotations", AUTONAMED], "true");
  }
}

/** Whether the object's name was generated. */
export function isAutonamed(object: PropertyMap): boolean {
  return annotationOf(object, AUTONAMED) === "true";
}

/** The owner of an object's fields: by annotation, else the one of the state, else a new one. */
export function fieldManager(inputs: PropertyMap, state: PropertyMap | undefined): string {
  return (
    annotationOf(inputs, "pulumi.com/patchFieldManager") ||
    textAt(state, "__fieldManager") ||
    uniqueName("pulumi-kubernetes-", new Uint8Array())
  );
}
