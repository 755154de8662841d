import { sharedBy } from "./check";
import { ManifestError } from "./faults";
import { Archives } from "./fetchArchive";
import { type Patch, type Preparation, applyEverywhere } from "../objects/patch";
import { type PreparedManifest, prepare } from "./prepare";
import { render } from "./render";
import type { ManifestRequest } from "../objects/source";

/** The sources of a product's manifests, and how they are patched. */
export interface ManifestPlan extends Preparation {
  readonly request: ManifestRequest;
}

/**
 * Renders and prepares several products' manifests before any resource is created.
 * @param plans - one for each product, by its name
 * @param also - patches over all products' objects, after the products' own, each of which must match an object of some product; and faults
 * found before, to report with these
 * @throws ManifestError with every fault of every source and every patch
 */
export async function loadManifests<Name extends string>(
  plans: Readonly<Record<Name, ManifestPlan>>,
  also: { readonly patches?: readonly Patch[]; readonly faults?: readonly string[] } = {},
): Promise<Readonly<Record<Name, PreparedManifest>>> {
  const faults = [...(also.faults ?? [])];
  const manifests: [string, PreparedManifest][] = [];
  const archives = new Archives();
  // One after the other: parsing is this process's own work, and two would only hold each other up.
  for (const [name, plan] of Object.entries<ManifestPlan>(plans)) {
    const rendering = await render(plan.request, archives);
    if ("faults" in rendering) {
      faults.push(...rendering.faults);
      continue;
    }
    const prepared = prepare(rendering.manifest, plan);
    faults.push(...prepared.faults);
    manifests.push([name, prepared.manifest]);
  }
  const patched = applyEverywhere(manifests, also.patches ?? []);
  faults.push(...patched.faults);
  faults.push(...sharedBy(manifests.map(([, manifest]) => manifest)));
  if (faults.length > 0) throw new ManifestError([...new Set(faults)]);
  return Object.fromEntries(patched.manifests) as Record<Name, PreparedManifest>;
}
