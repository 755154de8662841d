/** The platform: products, put together by a profile. See `Platform`. */
import * as pulumi from "@pulumi/pulumi";
import {
  type Awaited,
  CustomResources,
  groupOf,
  identity,
  type ManifestSet,
  type PreparedManifest,
} from "../manifests";
import { type Settings, defaultProfiles, defaultUsers } from "../settings";
import type { PlatformCluster } from "./context";
import { generatedCredentials } from "./credentials";
import { Installation } from "./install";
import { Access } from "./kubeflow/access";
import type { PlatformManifests } from "./manifests";
import { minioEndpoints } from "./minio";
import { ObjectStore } from "./objectStore";

export type { PlatformCluster } from "./context";
export { loadPlatformManifests } from "./manifests";
export type { PlatformChoice, PlatformManifests } from "./manifests";
export type { ObjectStore } from "./objectStore";

export interface PlatformArgs {
  readonly cluster: PlatformCluster;
  /** From `loadPlatformManifests`, before any resource is made. */
  readonly manifests: PlatformManifests;
  readonly settings: Pick<Settings, "objectStoreSize" | "rotation"> &
    Partial<Pick<Settings, "users" | "profiles" | "imageMirror">>;
  /** Whether to wait for pods and webhooks, or for which. Default: for all. */
  readonly awaited?: Awaited;
}

/**
 * A profile's products and the object store. What a workload depends on is `ready` of the products that it uses.
 * Destroying goes backwards: workloads and their custom resources, controllers, CRDs, namespaces.
 */
export class Platform extends pulumi.ComponentResource {
  readonly objectStore: ObjectStore;
  /** KServe, which every profile has. */
  readonly kserve: ManifestSet;
  /** Who uses Kubeflow and how they reach it; absent where there is no dashboard. */
  readonly access?: Access;
  /** All of the platform. */
  readonly ready: readonly pulumi.Resource[];
  private readonly installation: Installation;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, settings } = args;
    const { products, manifests } = args.manifests;
    super("kubeflow-stack:platform:Platform", name, {}, { ...opts, providers: { kubernetes: cluster.provider } });
    const childOptions = cluster.node ? { deletedWith: cluster.node } : {};
    const { rotation, imageMirror, users = defaultUsers, profiles = defaultProfiles } = settings;
    const context = { rotation, imageMirror, users, credentials: generatedCredentials(rotation, this) };
    const awaited = args.awaited ?? true;

    this.installation = new Installation({
      ...context,
      ...{
        kubeconfig: cluster.kubeconfig,
        volumes: cluster.volumes ?? [],
        childOptions,
        manifests,
        awaited,
        parent: this,
      },
    });
    const [first, ...others] = products;
    if (first) this.installation.install(first);
    this.objectStore = new ObjectStore(
      "minio",
      {
        ...{
          childOptions,
          rotation,
          imageMirror,
          size: settings.objectStoreSize,
          publishedUrl: cluster.published("objectStore"),
        },
        around: [this.installation.namespace("kubeflow"), ...(cluster.volumes ?? [])],
        // What pipelines look for where nobody tells them of another.
        aliases: products.some(({ name }) => name === "pipelines") ? ["seaweedfs"] : [],
        nodePorts: { api: minioEndpoints.api.nodePort, console: minioEndpoints.console.nodePort },
      },
      { parent: this },
    );
    for (const product of others) this.installation.install(product, this.objectStore.ready);
    this.kserve = this.installation.get("kserve");
    if (this.installation.has("centraldashboard"))
      this.access = new Access(
        "access",
        {
          ...{ ...context, profiles, installation: this.installation, objectStore: this.objectStore },
          ...{ awaited, childOptions, dashboardUrl: cluster.published("dashboard") },
        },
        { parent: this },
      );
    this.ready = [...this.objectStore.ready, ...this.installation.ready, ...(this.access?.ready ?? [])];
    new CustomResources(
      "custom-resources",
      {
        ...{ kubeconfig: cluster.kubeconfig, cluster: cluster.identity ?? "" },
        ...kindsOf(Object.values(manifests)),
      },
      { ...childOptions, parent: this, dependsOn: [...this.ready] },
    );
    this.registerOutputs({});
  }

  /**
   * A product of the profile.
   * @throws Error when the profile does not have it
   */
  product(name: string): ManifestSet {
    return this.installation.get(name);
  }
}

/** The kinds that the platform brings, and its own objects of them. */
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
