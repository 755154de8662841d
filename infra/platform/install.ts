import type * as pulumi from "@pulumi/pulumi";
import { type Awaited, type KubernetesObject, ManifestSet, type PreparedManifest, namespaceOf } from "../manifests";
import { fromMirror } from "./imageMirror";
import type { Product, ProductContext } from "./product";
import { followingRotation } from "./rotation";

export interface InstallArgs extends ProductContext {
  readonly kubeconfig: pulumi.Output<string>;
  /** Options of every resource that is not a component. */
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
  readonly manifests: Readonly<Record<string, PreparedManifest>>;
  /** What there must be before a volume is claimed. Default: nothing. */
  readonly volumes?: readonly pulumi.Resource[];
  /** Whether to wait for pods and webhooks, or for which. Default: for all. */
  readonly awaited?: Awaited;
  readonly parent: pulumi.Resource;
}

/** Namespaces that every cluster has. */
const given = new Set(["default", "kube-system", "kube-public"]);

/** Products being installed, in the order of a profile. */
export class Installation {
  private readonly sets = new Map<string, ManifestSet>();

  constructor(private readonly args: InstallArgs) {}

  /**
   * Registers a product; what it needs was registered before.
   * @param objectStore - what there must be before a product that uses the object store. Default: nothing
   */
  install(product: Product, objectStore: readonly pulumi.Resource[] = []): ManifestSet {
    const { manifests, parent, ...context } = this.args;
    const manifest = manifests[product.name];
    if (!manifest)
      throw new Error(`There are no manifests of ${product.name}; it is not in the profile that was loaded.`);
    const { secrets } = product;
    const settled = (object: KubernetesObject) =>
      followingRotation(fromMirror(object, context.imageMirror), context.rotation);
    const set = new ManifestSet(
      product.name,
      {
        kubeconfig: context.kubeconfig,
        childOptions: context.childOptions,
        awaited: context.awaited ?? true,
        manifest: { ...manifest, objects: manifest.objects.map(settled) },
        needs: [
          ...(product.needs ?? []).flatMap((name) => this.get(name).ready),
          ...(product.needsKindsOf ?? []).flatMap((name) => this.get(name).crds ?? []),
          ...(product.usesObjectStore ? objectStore : []),
        ],
        around: [...this.namespacesAround(manifest), ...(context.volumes ?? [])],
        offers: product.offers ?? [],
        leftovers: product.leftovers ?? [],
        ...(secrets ? { foundation: (opts) => secrets(context, opts) } : {}),
      },
      { parent },
    );
    this.sets.set(product.name, set);
    return set;
  }

  /** A product that was installed. */
  get(name: string): ManifestSet {
    const found = this.sets.get(name);
    if (!found) throw new Error(`${name} is not installed; installed are ${[...this.sets.keys()].join(", ")}.`);
    return found;
  }

  /** What there must be before anything that uses the whole platform is made. */
  get ready(): pulumi.Resource[] {
    return [...this.sets.values()].flatMap((set) => [...set.ready]);
  }

  /** Whether the profile has a product. */
  has(name: string): boolean {
    return this.sets.has(name);
  }

  /** The namespace of that name, of whichever product brings it. */
  namespace(name: string): pulumi.Resource {
    for (const set of this.sets.values()) if (set.has(`Namespace ${name}`)) return set.get(`Namespace ${name}`);
    throw new Error(
      `No product that was installed brings the namespace ${name}: put one that does before those that use it.`,
    );
  }

  /** The namespaces of other products that a product's objects lie in. */
  private namespacesAround({ objects }: PreparedManifest): pulumi.Resource[] {
    const own = objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    const names = new Set(objects.flatMap((object) => namespaceOf(object) ?? []));
    return [...names].filter((name) => !own.includes(name) && !given.has(name)).map((name) => this.namespace(name));
  }
}
