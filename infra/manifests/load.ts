import { ManifestError } from "./faults";
import { type Rendering, type RenderedManifest, render } from "./render";
import type { ManifestRequest } from "./source";

/**
 * Renders several products' manifests before any resource is made.
 * @param requests one for each product, by the name it is asked back under
 * @throws ManifestError with every fault of every source, when there is any
 */
export async function loadManifests<Name extends string>(
  requests: Readonly<Record<Name, ManifestRequest>>,
): Promise<Readonly<Record<Name, RenderedManifest>>> {
  const names = Object.keys(requests) as Name[];
  const renderings: Rendering[] = [];
  // One after the other: parsing is this process's own work, and two would only hold each other up.
  for (const name of names) renderings.push(await render(requests[name]));
  const faults = renderings.flatMap((rendering) => ("faults" in rendering ? rendering.faults : []));
  if (faults.length > 0) throw new ManifestError(faults);
  const manifests = renderings.flatMap((rendering) => ("manifest" in rendering ? [rendering.manifest] : []));
  return Object.fromEntries(manifests.map((manifest, index) => [names[index], manifest])) as Record<
    Name,
    RenderedManifest
  >;
}
