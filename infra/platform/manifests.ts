import { ManifestError, type ManifestPlan, type Patch, type PreparedManifest, loadManifests } from "../manifests";
import { type Settings, defaultProfiles, defaultUsers } from "../settings";
import { type Distribution, overlaySources } from "./distribution";
import { type Product, faultsOfProducts, productsOf } from "./product";
import { profiles } from "./profiles";

/** What is asked of the platform's manifests. */
export interface PlatformChoice extends Pick<Settings, "profile"> {
  /** Who may log in. Default: upstream's one user. */
  readonly users?: Settings["users"];
  /** Their profiles. Default: upstream's one. */
  readonly profiles?: Settings["profiles"];
  /** What Knative's services are reached through, in profile `core`. Default: none. */
  readonly knativeIngress?: Settings["knativeIngress"];
  /** The archive of profile `full`. */
  readonly distribution?: Distribution;
  /** Products of the profile to leave out, by name. */
  readonly without?: readonly string[];
  /** Patches over every product's objects, after the products' own. Default: none. */
  readonly patches?: readonly Patch[];
}

/** A platform's products and their manifests. */
export interface PlatformManifests {
  readonly products: readonly Product[];
  readonly manifests: Readonly<Record<string, PreparedManifest>>;
  /** The API versions of every CRD of theirs, by the CRD's name. */
  readonly crdVersions: Readonly<Record<string, readonly string[]>>;
  /** Every namespace of theirs, and those of the users' profiles. */
  readonly namespaces: readonly string[];
}

/**
 * Renders what the platform is made from: before the first resource is made, since every fault of every source is to be known by then.
 * @throws ManifestError with all of them
 */
export async function loadPlatformManifests(choice: PlatformChoice): Promise<PlatformManifests> {
  const { without = [], distribution, patches = [] } = choice;
  const all = productsOf({ ...choice, without: [] }, profiles);
  const products = all.filter(({ name }) => !without.includes(name));
  const unknown = without.filter((name) => !all.some((product) => product.name === name));
  const faults = [
    ...unknown.map((name) => `${name}, to be left out, is no product of ${choice.profile}; there are ${names(all)}.`),
    ...faultsOfProducts(products, without),
  ];
  if (distribution === undefined && products.some(({ overlays }) => overlays !== undefined)) {
    faults.push(
      "Profile full comes from an archive, and none is named: give kubeflow-stack:distribution its location and sha256.",
    );
    // Without it, every patch of what it would bring would be a fault, too.
    throw new ManifestError(faults);
  }
  const plans = Object.fromEntries(products.map((product) => [product.name, planOf(product, choice)]));
  const manifests = await loadManifests(plans, { patches, faults });
  const crds = Object.values(manifests).flatMap((manifest) => manifest.crds);
  const objects = Object.values(manifests).flatMap((manifest) => manifest.objects);
  const own = objects.filter(({ apiVersion, kind }) => kind === "Namespace" && apiVersion === "v1");
  const users = products.some(({ name }) => name === "centraldashboard") ? (choice.profiles ?? defaultProfiles) : [];
  return {
    ...{ products, manifests },
    crdVersions: Object.fromEntries(crds.map(({ name, versions }) => [name, versions])),
    namespaces: [...own.map(({ metadata }) => metadata.name), ...users.map(({ name }) => name)],
  };
}

function planOf(product: Product, choice: PlatformChoice): ManifestPlan {
  const { distribution, users = defaultUsers, knativeIngress = "none" } = choice;
  const { name, sources = [], overlays = [], fill = {}, withoutKinds = [], configured, ...preparation } = product;
  const fromArchive = distribution ? overlaySources(distribution, overlays) : [];
  const patches = [...(product.patches ?? []), ...(configured?.({ users, knativeIngress }) ?? [])];
  return { ...preparation, patches, request: { name, sources: [...sources, ...fromArchive], fill, withoutKinds } };
}

const names = (products: readonly Product[]): string => products.map(({ name }) => name).join(", ");
