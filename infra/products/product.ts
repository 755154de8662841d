import type * as pulumi from "@pulumi/pulumi";
import type { ImageTable } from "../../toolchain/images/recipe";
import type { Endpoint, ReportLine } from "../endpoints";
import type { KubernetesObject, ManifestSource, Orphan, Patch, Preparation } from "../objects";
import type { Values } from "../settings";
import type { Component, ComponentContext, Credentials, ObjectStoreHandle, ProductSettings } from "./component";

export type { ProductSettings } from "./component";

/** Which products a stack has, and where their manifests come from: `core` from package registries, `full` from Kubeflow's distribution. */
export type ProfileName = Values["profile"];

/**
 * What a product needs of another one.
 * - `ready`: its pods start, and its objects of the other's kinds are created, once the other is ready.
 * - `kinds`: its pods start once the other's CRDs are there.
 * - `present`: without the other in the profile it would be open to anybody, or useless. Does not affect the install order.
 */
export type DependencyMode = "ready" | "kinds" | "present";

/** A product that another one depends on. */
export interface Dependency {
  readonly product: string;
  readonly mode: DependencyMode;
}

/** A value of a Secret: literal text, or a generated credential. */
export type SecretValue =
  | string
  | {
      /** The credential's name. Two Secrets that name the same one hold the same value. */
      readonly generated: string;
      /** Its length in letters and digits. */
      readonly length: number;
      /** How it is written: its bcrypt hash, or a text around it. @default as it is */
      readonly as?: "bcrypt" | ((clear: string) => string);
    };

/** A Secret with generated content. Pods that read it restart when the credentials are rotated. */
export interface GeneratedSecret {
  readonly name: string;
  readonly namespace: string;
  /** The name of its resource in the state. @default `name` */
  readonly resource?: string;
  /** Its values by key. */
  readonly content:
    Readonly<Record<string, SecretValue>> | ((settings: ProductSettings) => Readonly<Record<string, SecretValue>>);
}

/** A MySQL server among the product's objects, whose root password is generated. */
export interface Database {
  /** The server's Deployment. */
  readonly deployment: string;
  readonly namespace: string;
  /** Name of the Secret from which the server reads the password: key `root-password`. */
  readonly secret: string;
  /** The generated credential, of 32 letters and digits. Other Secrets of the product may hold it as well. */
  readonly credential: string;
}

/** A user of the object store, and the Secret with its generated keys. */
export interface ObjectStoreUser {
  /** Unique among all resources. */
  readonly name: string;
  readonly bucket: string;
  /** The only folder of the bucket that it reaches. @default all of the bucket */
  readonly prefix?: string;
  readonly access: "read" | "readwrite";
  readonly secret: {
    readonly name: string;
    readonly namespace: string;
    /** The keys under which the Secret holds the two. */
    readonly keys: { readonly accessKey: string; readonly secretKey: string };
  };
}

/** How the pods behind an endpoint are published; absent where the product's own Service has the NodePort. */
export interface PublishedService {
  /** Name of the Service of type NodePort and of the NetworkPolicy that lets requests in. */
  readonly name: string;
  readonly namespace: string;
  /** Labels of the pods. */
  readonly selector: Readonly<Record<string, string>>;
  readonly portName?: string;
  /** Port of the pods. */
  readonly targetPort: number;
  /** The component under which stacks of before have the two, which keep their identity by it. @default none */
  readonly formerParent?: { readonly type: string; readonly name: string };
}

/** An endpoint of a product. */
export interface ProductEndpoint extends Omit<Endpoint, "when"> {
  readonly service?: PublishedService;
}

/** The settings that decide which products there are. */
export type ProductChoice = Pick<Values, "profile"> &
  Partial<Pick<Values, "knativeIngress">> & {
    /** Products to leave out. @default none */
    readonly without?: readonly string[] | undefined;
  };

/** The part of a product that may differ by profile. */
export interface ProductManifests extends Preparation {
  /** Where its manifests come from. @default all its objects are its own */
  readonly sources?: readonly ManifestSource[];
  /** Folders of the Kubeflow distribution's archive, each rendered by kustomize. */
  readonly overlays?: readonly string[];
  /** Strings that upstream's release tooling fills in. */
  readonly fill?: Readonly<Record<string, string>>;
  /** Kinds of objects to leave out of every source. */
  readonly withoutKinds?: readonly string[];
  readonly dependsOn?: readonly Dependency[];
  /** Objects that its webhooks must judge in a dry run before the product counts as ready. */
  readonly webhookProbes?: readonly KubernetesObject[];
}

/**
 * A product of the platform, as data: where its manifests come from, how they are patched, what it generates, stores and publishes,
 * what it depends on and what proves that it is ready. Adding one takes its file and a line in `products.ts`.
 * @example
 * export const mlflow: Product = {
 *   name: "mlflow",
 *   profiles: ["core", "full"],
 *   dependsOn: [{ product: "minio", mode: "ready" }],
 *   objects: [deployment, service],
 *   buckets: ["mlflow"],
 *   secrets: [{ name: "mlflow-admin", namespace: "mlflow", content: { password: { generated: "mlflow-admin", length: 32 } } }],
 *   endpoints: [{ name: "mlflow", nodePort: 30084, defaultPort: 8084, what: "MLflow", output: "mlflowUrl", label: "MLflow" }],
 * };
 */
export interface Product extends ProductManifests {
  /** Its name in messages, URNs and configuration. */
  readonly name: string;
  /** The profiles that have it. */
  readonly profiles: readonly ProfileName[];
  /** What differs in a profile; replaces the fields that it names. */
  readonly byProfile?: Readonly<Partial<Record<ProfileName, ProductManifests>>>;
  /** The setting that adds it to its profiles. @default always part of them */
  readonly switchedOnBy?: { readonly setting: keyof Values; readonly when: (choice: ProductChoice) => boolean };
  /** Namespaces that it brings, which no Profile may take over. */
  readonly namespaces?: readonly string[];
  /** Namespaces that its programs create for what the settings name. */
  readonly namespacesFor?: (settings: Pick<Values, "profiles">) => readonly string[];
  /** Patches that follow the settings, after the others. */
  readonly settingsPatches?: (settings: ProductSettings) => readonly Patch[];
  /** Objects that its programs create in namespaces of others. */
  readonly orphans?: readonly Orphan[];
  /** Images that a local node holds before anything starts. @default pods pull theirs */
  readonly images?: Readonly<Record<string, string>>;
  /** How images are built where their registries cannot be reached, by reference. */
  readonly recipes?: ImageTable;
  readonly secrets?: readonly GeneratedSecret[];
  readonly databases?: readonly Database[];
  /** Buckets of the object store. */
  readonly buckets?: readonly string[];
  readonly objectStoreUsers?: readonly ObjectStoreUser[];
  /** Names, beside its own, under which its programs look for the object store in namespace `kubeflow`. */
  readonly objectStoreAliases?: readonly string[];
  readonly endpoints?: readonly ProductEndpoint[];
  /** Outputs of the stack beside the endpoints' addresses. */
  readonly outputs?: (context: OutputContext) => Readonly<Record<string, pulumi.Input<unknown>>>;
  /** Lines of the final report beside the endpoints' addresses. */
  readonly report?: readonly ReportLine[];
  /** Resources that data cannot describe. Loaded only where resources are created. */
  readonly component?: {
    readonly load: () => Promise<(context: ComponentContext) => Component>;
    /** Namespaces of other products that its resources lie in. */
    readonly namespaces?: readonly string[];
    /** Secrets that it generates, whose readers restart when the credentials are rotated. */
    readonly secrets?: readonly { readonly name: string; readonly namespace: string }[];
  };
}

/** What outputs are computed from. */
export interface OutputContext {
  readonly settings: ProductSettings;
  readonly credentials: Credentials;
  readonly objectStore: ObjectStoreHandle | undefined;
  /** Marks a value as a secret. */
  readonly secret: <T>(value: pulumi.Input<T>) => pulumi.Output<pulumi.Unwrap<T>>;
}

/** The product's MySQL password, as a value of a Secret. */
export const databasePassword = ({ credential }: Database, as?: (clear: string) => string): SecretValue => ({
  generated: credential,
  length: 32,
  ...(as && { as }),
});

/** The products of a profile in install order, each as that profile has it. */
export const productsOfProfile = (products: readonly Product[], profile: ProfileName): Product[] =>
  products
    .filter(({ profiles }) => profiles.includes(profile))
    .map((product) => ({ ...product, ...product.byProfile?.[profile] }));

/** The products that the settings ask for, each as its profile has it. */
export const productsOf = (products: readonly Product[], choice: ProductChoice): Product[] =>
  productsOfProfile(products, choice.profile).filter(
    ({ name, switchedOnBy }) => (switchedOnBy?.when(choice) ?? true) && !choice.without?.includes(name),
  );

/** Every endpoint of these products, published when its product is part of the stack. */
export function endpointsOf(products: readonly Product[]): Endpoint[] {
  return products.flatMap(({ name, endpoints = [] }) =>
    endpoints.map((endpoint) => ({
      ...endpoint,
      when: (settings) => productsOf(products, settings).some((product) => product.name === name),
    })),
  );
}

/** Images that a local node holds before anything starts, whatever the profile. */
export const imagesOf = (products: readonly Product[], choice: Pick<ProductChoice, "knativeIngress">): string[] =>
  products
    .filter(({ switchedOnBy }) => switchedOnBy?.when({ profile: "core", ...choice }) ?? true)
    .flatMap(({ images = {} }) => Object.values(images));

/** Where Secrets with generated content lie. */
export const generatedSecretsOf = ({
  secrets = [],
  databases = [],
  objectStoreUsers = [],
  component,
}: Product): { readonly name: string; readonly namespace: string }[] => [
  ...secrets,
  ...databases.map(({ secret, namespace }) => ({ name: secret, namespace })),
  ...objectStoreUsers.map(({ secret }) => secret),
  ...(component?.secrets ?? []),
];

/**
 * Products and the products that they need to become ready, in turn.
 * @param names - the products to start from
 * @param products - those of a profile
 */
export function neededProducts(names: readonly string[], products: readonly Product[]): string[] {
  const needed = new Set(names);
  for (const name of needed) {
    const { dependsOn = [] } = products.find((each) => each.name === name) ?? {};
    for (const { product, mode } of dependsOn) if (mode !== "present") needed.add(product);
  }
  return [...needed];
}

/**
 * The faults of a list of products, one sentence each: a product that another one depends on is missing, or comes after it.
 * @param off - names of products that were switched off
 */
export function faultsOfProducts(products: readonly Product[], off: readonly string[] = []): string[] {
  const before = new Set<string>();
  const all = new Set(products.map(({ name }) => name));
  return products.flatMap(({ name, dependsOn = [] }) => {
    const missing = dependsOn.filter(({ product, mode }) => !(mode === "present" ? all : before).has(product));
    before.add(name);
    return missing.map(({ product }) =>
      off.includes(product)
        ? `${name} needs ${product}, which is switched off: switch ${product} on, or ${name} off too.`
        : `${name} needs ${product}, which ${all.has(product) ? "does not come before it" : "is not"} in the profile: put it there.`,
    );
  });
}
