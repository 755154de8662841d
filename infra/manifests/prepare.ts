/** Patches and checks upstream's manifests, before the first resource is created. */
import { duplicates } from "./check";
import type { KubernetesObject } from "../objects/object";
import { type Preparation, applyPatches } from "../objects/patch";
import type { CrdEntry, RenderedManifest } from "./render";

/** Manifests that are ready to be registered. */
export interface PreparedManifest {
  readonly name: string;
  readonly objects: readonly KubernetesObject[];
  readonly crds: readonly CrdEntry[];
  /** The file that holds the CRDs' bodies: JSON, by name. */
  readonly bodies: string;
}

/** The patched manifests, and a sentence for each patch and each CRD that no longer matches upstream. */
export function prepare(
  manifest: RenderedManifest,
  { patches = [], objects: own = [], withoutCrds = [] }: Preparation,
): { manifest: PreparedManifest; faults: string[] } {
  const known = new Set(manifest.crds.map((crd) => crd.name));
  const { objects, faults } = applyPatches(manifest.name, [...manifest.objects, ...own], patches);
  faults.push(...duplicates(manifest.name, objects));
  for (const crd of withoutCrds) {
    if (known.has(crd)) continue;
    faults.push(`${manifest.name}: the CRD ${crd}, to be left out, is not there; remove it from the list.`);
  }
  const crds = manifest.crds.filter((crd) => !withoutCrds.includes(crd.name));
  for (const { name, versions } of crds) {
    if (versions.length > 0) continue;
    faults.push(
      `${manifest.name}: the CRD ${name} has no version; take the release anew, or leave the CRD out (withoutCrds).`,
    );
  }
  return { manifest: { name: manifest.name, objects, crds, bodies: manifest.bodies }, faults };
}
