import { type KubernetesObject, mapsAt, namespaceOf } from "../../../infra/manifests";
import type { PlatformManifests } from "../../../infra/platform";

/** Namespaces that every cluster has, of which there is one. */
const given = new Set(["default", "kube-system", "kube-public"]);
/** Kinds that act on what others make: several of each would not be more objects, but another cluster. */
const single = new Set(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration", "APIService"]);

/**
 * The same platform with its objects several times, each copy under other names or in other namespaces. CRDs and webhooks are there once.
 * @param times - how often each object is to be there; 1 leaves all as it is
 */
export function withCopies(platform: PlatformManifests, times: number): PlatformManifests {
  const manifests = Object.entries(platform.manifests).map(([name, manifest]) => {
    const copied = manifest.objects.filter(({ kind }) => !single.has(kind));
    const copies = Array.from({ length: times - 1 }, (_, index) => copied.map((object) => copyOf(object, index + 2)));
    return [name, { ...manifest, objects: [...manifest.objects, ...copies.flat()] }];
  });
  return { ...platform, manifests: Object.fromEntries(manifests) as PlatformManifests["manifests"] };
}

function copyOf(object: KubernetesObject, number: number): KubernetesObject {
  const copy = structuredClone(object);
  const namespace = namespaceOf(copy);
  if (namespace === undefined || given.has(namespace)) copy.metadata.name += `-${number}`;
  else copy.metadata["namespace"] = `${namespace}-${number}`;
  // A port of the nodes is there once.
  if (copy.kind === "Service") for (const port of mapsAt(copy["spec"], "ports")) delete port["nodePort"];
  return copy;
}
