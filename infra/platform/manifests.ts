import { type ManifestPlan, ManifestError, type PreparedManifest, loadManifests } from "../manifests";
import type { ManifestSource, Patch } from "../objects";
import type { Component, ComponentContext, ProductSettings } from "../products/component";
import { passwordFromSecret } from "../products/database";
import { type Product, faultsOfProducts, productsOf, productsOfProfile } from "../products/product";
import { products as stackProducts } from "../products/products";
import { type Settings, defaultProfiles, defaultUsers } from "../settings";

/** The settings from which the platform's manifests follow. Those that are absent have the defaults of the configuration. */
export type PlatformChoice = Pick<Settings, "profile"> &
  Partial<
    Pick<
      Settings,
      "users" | "profiles" | "knativeIngress" | "distribution" | "rotation" | "objectStoreSize" | "imageMirror"
    >
  > & {
    /** Products to leave out. @default none */
    readonly without?: readonly string[] | undefined;
    /** Patches over every product's objects, after the products' own. @default none */
    readonly patches?: readonly Patch[];
  };

/** A platform's products and their manifests. */
export interface PlatformManifests {
  readonly products: readonly Product[];
  /** By the products' names; products whose resources are all a component's have none. */
  readonly manifests: Readonly<Record<string, PreparedManifest>>;
  /** By the names of the products that have one. */
  readonly components: Readonly<Record<string, (context: ComponentContext) => Component>>;
  /** The API versions of every CRD of theirs, by the CRD's name. */
  readonly crdVersions: Readonly<Record<string, readonly string[]>>;
  /** Every namespace of theirs, and those of the users' profiles. */
  readonly namespaces: readonly string[];
}

/**
 * Renders the manifests of a choice of products. Comes before the first resource, so that every fault of every source is reported first.
 * @param all - every product there is. @default those of this stack
 * @throws ManifestError with all faults
 */
export async function loadPlatformManifests(
  choice: PlatformChoice,
  all: readonly Product[] = stackProducts,
): Promise<PlatformManifests> {
  const { without = [], patches = [] } = choice;
  const products = productsOf(all, choice);
  const known = productsOf(all, { ...choice, without: [] }).map(({ name }) => name);
  const unknown = without.filter((name) => !productsOfProfile(all, choice.profile).some((one) => one.name === name));
  const faults = [
    ...unknown.map(
      (name) => `${name}, to be left out, is no product of ${choice.profile}; there are ${known.join(", ")}.`,
    ),
    ...faultsOfProducts(products, without),
  ];
  if (choice.distribution === undefined && products.some(({ overlays }) => overlays !== undefined))
    // Every patch of what the archive would bring would be a fault, too.
    throw new ManifestError([
      ...faults,
      "Profile full comes from an archive, and none is named: give kubeflow-stack:distribution its location and sha256.",
    ]);
  const plans = products.filter(hasObjects).map((product) => [product.name, planOf(product, choice)] as const);
  const manifests = await loadManifests(Object.fromEntries(plans), { patches, faults });
  const crds = Object.values(manifests).flatMap((manifest) => manifest.crds);
  return {
    products,
    manifests,
    components: await loadComponents(products),
    crdVersions: Object.fromEntries(crds.map(({ name, versions }) => [name, versions])),
    namespaces: [
      ...ownNamespaces(manifests),
      ...products.flatMap((one) => one.namespacesFor?.(withDefaults(choice)) ?? []),
    ],
  };
}

/** The settings that products follow, with defaults for those that a caller leaves out. */
export const withDefaults = (choice: Omit<PlatformChoice, "profile">): ProductSettings => ({
  users: choice.users ?? defaultUsers,
  profiles: choice.profiles ?? defaultProfiles,
  knativeIngress: choice.knativeIngress ?? "none",
  objectStoreSize: choice.objectStoreSize ?? "10Gi",
  rotation: choice.rotation ?? 1,
  imageMirror: choice.imageMirror,
});

const hasObjects = ({ sources, overlays, objects }: Product): boolean =>
  sources !== undefined || overlays !== undefined || objects !== undefined;

function planOf(product: Product, choice: PlatformChoice): ManifestPlan {
  const { name, sources = [], overlays = [], fill = {}, withoutKinds = [], objects = [], withoutCrds = [] } = product;
  const { distribution } = choice;
  const rendered: ManifestSource[] = distribution
    ? overlays.map((overlay) => ({ kind: "archive", ...distribution, overlay }))
    : [];
  return {
    request: { name, sources: [...sources, ...rendered], fill, withoutKinds },
    objects,
    withoutCrds,
    patches: [
      ...(product.patches ?? []),
      ...(product.databases ?? []).map(passwordFromSecret),
      ...(product.settingsPatches?.(withDefaults(choice)) ?? []),
    ],
  };
}

async function loadComponents(products: readonly Product[]): Promise<PlatformManifests["components"]> {
  const loaded = products.flatMap(({ name, component }) =>
    component ? [component.load().then((create) => [name, create] as const)] : [],
  );
  return Object.fromEntries(await Promise.all(loaded));
}

const ownNamespaces = (manifests: Readonly<Record<string, PreparedManifest>>): string[] =>
  Object.values(manifests)
    .flatMap(({ objects }) => objects)
    .filter(({ apiVersion, kind }) => kind === "Namespace" && apiVersion === "v1")
    .map(({ metadata }) => metadata.name);
