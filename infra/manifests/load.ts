import { ManifestError } from "./faults";
import { type Patch, applyEverywhere } from "./patch";
import { type Preparation, type PreparedManifest, prepare } from "./prepare";
import { render } from "./render";
import type { ManifestRequest } from "./source";

/** Where a product's manifests come from, and what is done to them. */
export interface ManifestPlan extends Preparation {
  readonly request: ManifestRequest;
}

/**
 * Renders and prepares several products' manifests before any resource is made.
 * @param plans one for each product, by the name it is asked back under
 * @param everywhere patches over all products' objects, after the products' own; each must find something in one of them
 * @throws ManifestError with every fault of every source and every patch, when there is any
 */
export async function loadManifests<Name extends string>(
  plans: Readonly<Record<Name, ManifestPlan>>,
  everywhere: readonly Patch[] = [],
): Promise<Readonly<Record<Name, PreparedManifest>>> {
  const faults: string[] = [];
  const manifests: [string, PreparedManifest][] = [];
  // One after the other: parsing is this process's own work, and two would only hold each other up.
  for (const [name, plan] of Object.entries<ManifestPlan>(plans)) {
    const rendering = await render(plan.request);
    if ("faults" in rendering) {
      faults.push(...rendering.faults);
      continue;
    }
    const prepared = prepare(rendering.manifest, plan);
    faults.push(...prepared.faults);
    manifests.push([name, prepared.manifest]);
  }
  const patched = applyEverywhere(manifests, everywhere);
  faults.push(...patched.faults);
  if (faults.length > 0) throw new ManifestError(faults);
  return Object.fromEntries(patched.manifests) as Record<Name, PreparedManifest>;
}
