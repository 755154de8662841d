import type * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject, Leftover, ManifestSource, Patch, Preparation } from "../manifests";
import type { Endpoint } from "../endpoints";
import type { Settings, Values } from "../settings";
import type { Credentials } from "./credentials";

/** What products that generate something are given. */
export interface ProductContext {
  /** Raising it replaces every generated credential. */
  readonly rotation: number;
  /** Credentials that several products share. */
  readonly credentials: Credentials;
  /** The registry that images are taken from. Default: each its own. */
  readonly imageMirror?: string | undefined;
  /** Who may log in. */
  readonly users: Settings["users"];
}

/**
 * A product of the platform, as data: where its manifests come from, what is done to them, what it needs, and what proves that it is ready.
 * A profile is a list of these; a new product is one more file and one more line.
 */
export interface Product extends Preparation {
  /** Its name in messages, URNs and configuration. */
  readonly name: string;
  /** Where its manifests come from; absent where all its objects are its own. */
  readonly sources?: readonly ManifestSource[];
  /** Overlays of the Kubeflow distribution's archive that belong to it. */
  readonly overlays?: readonly string[];
  /** Strings that upstream's release tooling fills in. */
  readonly fill?: Readonly<Record<string, string>>;
  /** Kinds of objects to leave out of every source. */
  readonly withoutKinds?: readonly string[];
  /** Namespaces that it brings. */
  readonly namespaces?: readonly string[];
  /** Services that people reach from outside the cluster. */
  readonly endpoints?: readonly Endpoint[];
  /** The setting that adds it to the profile. @default always part of the profile */
  readonly switchedOnBy?: { readonly setting: keyof Values; readonly when: (choice: ProductChoice) => boolean };
  /** Products that must be ready before this one's pods start and before its objects of their kinds are made. */
  readonly needs?: readonly string[];
  /** Products whose kinds must be known when this one's pods start, ready or not. */
  readonly needsKindsOf?: readonly string[];
  /** Whether its pods read the object store's credentials, which must be there in their latest form when pods start. */
  readonly usesObjectStore?: boolean;
  /** Products without which it is open to anybody, or of no use; in whatever order. */
  readonly requires?: readonly string[];
  /** Objects that its webhooks are tried with, in a dry run. */
  readonly offers?: readonly KubernetesObject[];
  /** What its programs leave in namespaces of others. */
  readonly leftovers?: readonly Leftover[];
  /** Patches that follow the configuration, after the others. */
  readonly configured?: (choice: Pick<Settings, "users" | "knativeIngress">) => readonly Patch[];
  /** Makes what its pods need and no manifest may hold: Secrets with generated content. */
  readonly secrets?: (context: ProductContext, opts: pulumi.CustomResourceOptions) => readonly pulumi.Resource[];
}

/** The settings that decide which products there are. */
export type ProductChoice = Pick<Values, "profile"> & Partial<Pick<Values, "knativeIngress" | "without">>;

type Profiles = Readonly<Record<Values["profile"], readonly Product[]>>;

/** The products of a profile that the settings ask for. */
export const productsOf = (choice: ProductChoice, profiles: Profiles): Product[] =>
  profiles[choice.profile].filter(
    ({ name, switchedOnBy }) => (switchedOnBy?.when(choice) ?? true) && !(choice.without ?? []).includes(name),
  );

/** The endpoints of all products, each published when its product is part of the stack. */
export function endpointsOfProducts(profiles: Profiles): Endpoint[] {
  const products = new Map(Object.values(profiles).flatMap((all) => all.map((product) => [product.name, product])));
  return [...products.values()].flatMap(({ name, endpoints = [] }) =>
    endpoints.map((endpoint) => ({
      ...endpoint,
      when: (settings) =>
        productsOf(settings, profiles).some((product) => product.name === name) && (endpoint.when?.(settings) ?? true),
    })),
  );
}

/** Products by name, and what they depend on, in turn. */
export function neededProducts(names: readonly string[], products: readonly Product[]): string[] {
  const needed = new Set(names);
  for (const name of needed) {
    const product = products.find((each) => each.name === name);
    for (const need of [...(product?.needs ?? []), ...(product?.needsKindsOf ?? [])]) needed.add(need);
  }
  return [...needed];
}

/**
 * What is wrong with a list of products, one sentence each: something needed that is not in the list, or comes after what waits for it.
 * @param off names of products that were switched off
 */
export function faultsOfProducts(products: readonly Product[], off: readonly string[] = []): string[] {
  const before = new Set<string>();
  const all = new Set(products.map(({ name }) => name));
  return products.flatMap(({ name, needs = [], needsKindsOf = [], requires = [] }) => {
    const missing = [
      ...[...needs, ...needsKindsOf].filter((need) => !before.has(need)),
      ...requires.filter((need) => !all.has(need)),
    ];
    before.add(name);
    return missing.map((need) =>
      off.includes(need)
        ? `${name} needs ${need}, which is switched off: switch ${need} on, or ${name} off too.`
        : `${name} needs ${need}, which ${all.has(need) ? "does not come before it" : "is not"} in the profile: put it there.`,
    );
  });
}
