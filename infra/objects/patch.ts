/** Named changes to upstream's objects, as plain functions. */
import { type KubernetesObject, identity, namespaceOf } from "./object";

/** A named change. A patch that matches no object is a fault: upstream has moved. */
export interface Patch {
  /** Its purpose in a few words, for fault messages. */
  readonly name: string;
  readonly selects: (object: KubernetesObject) => boolean;
  /** Changes the object in place, or returns `"drop"` to leave it out. */
  readonly change: (object: KubernetesObject) => void | "drop";
}

/** How a product's manifests are changed. */
export interface Preparation {
  /** Changes to its objects, in order. */
  readonly patches?: readonly Patch[];
  /** Objects of our own beside upstream's. */
  readonly objects?: readonly KubernetesObject[];
  /** CRDs to leave out; objects of their kinds are left out by patches. */
  readonly withoutCrds?: readonly string[];
}

/** Selects objects by kind and, where given, name and namespace. A `RegExp` name matches several. */
export function of(kind: string | readonly string[], name?: string | RegExp, namespace?: string) {
  const kinds = typeof kind === "string" ? [kind] : kind;
  return (object: KubernetesObject): boolean =>
    kinds.includes(object.kind) &&
    (name === undefined ||
      (name instanceof RegExp ? name.test(object.metadata.name) : name === object.metadata.name)) &&
    (namespace === undefined || namespace === namespaceOf(object));
}

/** A patch of the objects that `selects` finds. */
export function patch(name: string, selects: Patch["selects"], change: Patch["change"]): Patch {
  return { name, selects, change };
}

/** A patch that leaves objects out. */
export function drop(name: string, selects: Patch["selects"]): Patch {
  return { name, selects, change: () => "drop" };
}

/**
 * Several products' manifests after patches that are for all of them, and a sentence for each patch that found nothing in any.
 * @param manifests by the products' names; they stay as they are
 */
export function applyEverywhere<Manifest extends { readonly objects: readonly KubernetesObject[] }>(
  manifests: readonly (readonly [string, Manifest])[],
  patches: readonly Patch[],
): { manifests: (readonly [string, Manifest])[]; faults: string[] } {
  if (patches.length === 0) return { manifests: [...manifests], faults: [] };
  const found = new Set<Patch>();
  const patched = manifests.map(([name, manifest]) => {
    const here = patches.filter(({ selects }) => manifest.objects.some(selects));
    for (const each of here) found.add(each);
    return [name, { ...manifest, objects: applyPatches(name, manifest.objects, here).objects }] as const;
  });
  const faults = patches
    .filter((each) => !found.has(each))
    .map(({ name }) => `The patch "${name}" found nothing to change in any product; mend or remove it.`);
  return { manifests: patched, faults };
}

/**
 * The objects after all patches, in order, and a sentence for each patch that found nothing.
 * @param objects stay as they are; copies are changed
 */
export function applyPatches(
  product: string,
  objects: readonly KubernetesObject[],
  patches: readonly Patch[],
): { objects: KubernetesObject[]; faults: string[] } {
  let kept = structuredClone([...objects]);
  const faults: string[] = [];
  for (const { name, selects, change } of patches) {
    const seen = new Set(kept.filter(selects).map(identity));
    if (seen.size === 0) {
      faults.push(
        `${product}: the patch "${name}" found nothing to change; upstream has moved, so mend or remove the patch.`,
      );
      continue;
    }
    kept = kept.filter((object) => !seen.has(identity(object)) || change(object) !== "drop");
  }
  return { objects: kept, faults };
}
