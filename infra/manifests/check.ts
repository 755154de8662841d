/** Checks of a list of objects, before the first of them is registered. */
import { type Json, type KubernetesObject, identity, isMap } from "../objects/object";

/**
 * Sorts documents into objects and faults: documents without kind, apiVersion or name, and objects that are there twice.
 * @param product names the list in the sentences
 * @param documents as read; `List` objects are taken apart
 */
export function checkObjects(
  product: string,
  documents: readonly Json[],
): { objects: KubernetesObject[]; faults: string[] } {
  const faults: string[] = [];
  const objects: KubernetesObject[] = [];
  const items = documents.flatMap((document) =>
    isMap(document) && document["kind"] === "List" && Array.isArray(document["items"]) ? document["items"] : [document],
  );
  items.forEach((item, index) => {
    const lacks = lacking(item);
    if (lacks === undefined) objects.push(item as KubernetesObject);
    else {
      const kind = isMap(item) && typeof item["kind"] === "string" ? `a ${item["kind"]}` : "a document";
      faults.push(`${product}: object ${index + 1}, ${kind}, has no ${lacks}; give it one by a patch at its source.`);
    }
  });
  return { objects, faults: [...faults, ...duplicates(product, objects)] };
}

/** One sentence for each identity that more than one object has. */
export function duplicates(product: string, objects: readonly KubernetesObject[]): string[] {
  const count = new Map<string, number>();
  for (const object of objects) count.set(identity(object), (count.get(identity(object)) ?? 0) + 1);
  return [...count].flatMap(([name, times]) =>
    times > 1 ? [`${product}: ${name} is there ${times} times; drop or rename all but one by a patch.`] : [],
  );
}

/** One sentence for each object and CRD that more than one product brings: the cluster has one, and neither would have it to itself. */
export function sharedBy(
  manifests: readonly {
    readonly name: string;
    readonly objects: readonly KubernetesObject[];
    readonly crds: readonly { readonly name: string }[];
  }[],
): string[] {
  const told = (idsOf: (manifest: (typeof manifests)[number]) => readonly string[], remedy: string): string[] => {
    const products = new Map<string, string[]>();
    for (const manifest of manifests) {
      // Twice in one product is that product's fault.
      for (const id of new Set(idsOf(manifest))) products.set(id, [...(products.get(id) ?? []), manifest.name]);
    }
    return [...products].flatMap(([id, names]) =>
      names.length > 1 ? [`${id} is brought by ${names.join(" and by ")}; ${remedy}.`] : [],
    );
  };
  return [
    ...told(({ objects }) => objects.map(identity), "drop it from all but one by a patch"),
    ...told(({ crds }) => crds.map(({ name }) => `The CRD ${name}`), "leave it out of all but one (withoutCrds)"),
  ];
}

function lacking(item: Json): string | undefined {
  if (!isMap(item)) return "content";
  for (const key of ["apiVersion", "kind"]) if (typeof item[key] !== "string" || item[key] === "") return key;
  const name = isMap(item["metadata"]) ? item["metadata"]["name"] : undefined;
  return typeof name === "string" && name !== "" ? undefined : "name";
}
