/** The platform: the products of a profile. See `Platform`. */
import * as pulumi from "@pulumi/pulumi";
import { type Awaited, CustomResourceCleanup, type ManifestSet, type PreparedManifest } from "../manifests";
import { groupOf, identity } from "../objects";
import type { ObjectStoreHandle } from "../products/component";
import type { Settings } from "../settings";
import type { PlatformCluster } from "./context";
import { generatedCredentials } from "./credentials";
import { Installation } from "./install";
import { type PlatformManifests, withDefaults } from "./manifests";

export type { PlatformCluster } from "./context";
export { loadPlatformManifests } from "./manifests";
export type { PlatformChoice, PlatformManifests } from "./manifests";

export interface PlatformArgs {
  readonly cluster: PlatformCluster;
  /** From `loadPlatformManifests`, before any resource is created. */
  readonly manifests: PlatformManifests;
  readonly settings: Pick<Settings, "objectStoreSize" | "rotation"> &
    Partial<Pick<Settings, "users" | "profiles" | "imageMirror" | "knativeIngress">>;
  /** Whether to wait for pods and webhooks, or for which. @default for all */
  readonly awaited?: Awaited;
}

/**
 * A profile's products. Workloads depend on `readyOf` the products that they use.
 * Destroying goes backwards: workloads and users' custom resources, controllers, CRDs, namespaces.
 */
export class Platform extends pulumi.ComponentResource {
  /** The object store, which every profile has. */
  readonly objectStore: ObjectStoreHandle;
  /** Outputs of the stack: the addresses of the products' endpoints, and the products' own. */
  readonly outputs: Readonly<Record<string, pulumi.Input<unknown>>>;
  /** All of the platform. */
  readonly ready: readonly pulumi.Resource[];
  private readonly installation: Installation;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster } = args;
    const { products, manifests, components } = args.manifests;
    super("kubeflow-stack:platform:Platform", name, {}, { ...opts, providers: { kubernetes: cluster.provider } });
    const childOptions = cluster.node ? { deletedWith: cluster.node } : {};
    const settings = withDefaults(args.settings);
    this.installation = new Installation({
      settings,
      credentials: generatedCredentials(settings.rotation, this),
      products,
      manifests,
      components,
      kubeconfig: cluster.kubeconfig,
      volumes: cluster.volumes ?? [],
      childOptions,
      awaited: args.awaited ?? true,
      published: (endpoint) => cluster.published(endpoint),
      parent: this,
    });
    const { objectStore } = this.installation;
    if (!objectStore) throw new Error("The stack has no object store: add a product that is one to the profile.");
    this.objectStore = objectStore;
    this.outputs = this.installation.outputs();
    this.ready = this.installation.ready;
    new CustomResourceCleanup(
      "custom-resources",
      {
        kubeconfig: cluster.kubeconfig,
        cluster: cluster.identity ?? "",
        ...kindsOf(Object.values(manifests)),
      },
      { ...childOptions, parent: this, dependsOn: [...this.ready] },
    );
    this.registerOutputs({});
  }

  /**
   * A product's manifests as resources.
   * @throws Error when the profile does not have the product
   */
  product(name: string): ManifestSet {
    return this.installation.manifestsOf(name);
  }

  /**
   * Depend on these before using a product.
   * @throws Error when the profile does not have it
   */
  readyOf(name: string): readonly pulumi.Resource[] {
    return this.installation.readyOf(name);
  }
}

/** The CRDs that the platform brings, and its own objects of their kinds. */
function kindsOf(manifests: readonly PreparedManifest[]): { crds: string[]; except: string[] } {
  const crds = manifests.flatMap((manifest) => manifest.crds);
  const groups = new Set(crds.map(({ group }) => group));
  const objects = manifests.flatMap((manifest) => manifest.objects);
  return {
    crds: crds.map(({ name }) => name).sort(),
    except: objects
      .filter((object) => groups.has(groupOf(object)))
      .map(identity)
      .sort(),
  };
}
