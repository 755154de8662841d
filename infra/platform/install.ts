import * as pulumi from "@pulumi/pulumi";
import { type Awaited, ManifestSet, type PreparedManifest, isAwaited } from "../manifests";
import { type KubernetesObject, namespaceOf } from "../objects";
import { fromMirror } from "../objects/imageMirror";
import type { Component, ComponentContext, ObjectStoreHandle, ProductSettings } from "../products/component";
import { type DependencyMode, type Product, generatedSecretsOf } from "../products/product";
import { type DeclaredContext, declaredResources } from "./generated";
import { publishEndpoint } from "./publish";
import { followingRotation } from "./rotation";

/** What products are installed with. */
export interface InstallArgs {
  readonly settings: ProductSettings;
  readonly credentials: DeclaredContext["credentials"];
  readonly products: readonly Product[];
  readonly manifests: Readonly<Record<string, PreparedManifest>>;
  readonly components: Readonly<Record<string, (context: ComponentContext) => Component>>;
  readonly kubeconfig: pulumi.Output<string>;
  /** Volume claims depend on these. */
  readonly volumes: readonly pulumi.Resource[];
  /** Options of every resource that is not a component. */
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
  /** Whether to wait for pods and webhooks, or for which. */
  readonly awaited: Awaited;
  readonly published: ComponentContext["published"];
  readonly parent: pulumi.Resource;
}

/** A product that was installed. */
interface Installed {
  readonly product: Product;
  /** Its manifests, where it has any. */
  readonly set?: ManifestSet;
  readonly component?: Component;
  /** Depend on these before using the product. */
  readonly ready: readonly pulumi.Resource[];
}

/** Namespaces that every cluster has. */
const given = new Set(["default", "kube-system", "kube-public"]);

/** Installs products in the order of a profile. */
export class Installation {
  /** Endpoints' Services and policies. */
  readonly published: readonly pulumi.Resource[];
  private readonly installed = new Map<string, Installed>();
  private readonly generated: ReadonlySet<string>;
  private store: ObjectStoreHandle | undefined;

  constructor(private readonly args: InstallArgs) {
    const secrets = args.products.flatMap(generatedSecretsOf);
    this.generated = new Set(secrets.map(({ namespace, name }) => `${namespace}/${name}`));
    for (const product of args.products) this.install(product);
    // A dependency that must be present may come later in the order: endpoints are published last.
    this.published = args.products.flatMap((product) => this.publish(product));
  }

  /** The object store; absent where no product of the profile is one. */
  get objectStore(): ObjectStoreHandle | undefined {
    return this.store;
  }

  /** Depend on these before using the whole platform. */
  get ready(): pulumi.Resource[] {
    return [...this.installed.values()].flatMap(({ ready }) => [...ready]).concat(this.published);
  }

  /**
   * A product's manifests.
   * @throws Error when the profile does not have the product, or the product has no manifests
   */
  manifestsOf(name: string): ManifestSet {
    const { set } = this.get(name);
    if (!set) throw new Error(`The product ${name} has no manifests.`);
    return set;
  }

  /**
   * What depends on a product depends on these.
   * @throws Error when the profile does not have it
   */
  readyOf(name: string): readonly pulumi.Resource[] {
    return this.get(name).ready;
  }

  /** The outputs of the products: the addresses of published endpoints, and their own. */
  outputs(): Record<string, pulumi.Input<unknown>> {
    const { credentials, settings, published } = this.args;
    return Object.assign(
      {},
      ...[...this.installed.values()].flatMap(({ product, component }) => [
        ...(product.endpoints ?? []).map(({ name, output }) => ({ [output]: published(name) })),
        product.outputs?.({ settings, credentials, objectStore: this.store, secret: pulumi.secret }) ?? {},
        component?.outputs ?? {},
      ]),
    ) as Record<string, pulumi.Input<unknown>>;
  }

  private get(name: string): Installed {
    const found = this.installed.get(name);
    if (!found) throw new Error(`${name} is not installed; installed are ${[...this.installed.keys()].join(", ")}.`);
    return found;
  }

  private install(product: Product): void {
    const manifest = this.args.manifests[product.name];
    const needs = [
      ...this.dependencies(product, "ready").flatMap((name) => this.get(name).ready),
      ...this.dependencies(product, "kinds").flatMap((name) => this.get(name).set?.crds ?? []),
    ];
    const set = manifest && this.register(product, manifest, needs);
    const component = this.args.components[product.name]?.(this.componentContext(product, set?.ready ?? needs));
    this.store ??= component?.objectStore;
    this.installed.set(product.name, {
      product,
      ready: [...(set?.ready ?? []), ...(component?.ready ?? [])],
      ...(set && { set }),
      ...(component && { component }),
    });
  }

  private register(product: Product, manifest: PreparedManifest, needs: readonly pulumi.Resource[]): ManifestSet {
    const { settings, credentials, kubeconfig, childOptions, awaited, parent } = this.args;
    const settled = (object: KubernetesObject) =>
      followingRotation(fromMirror(object, settings.imageMirror), settings.rotation, this.generated);
    const own = manifest.objects.filter(({ kind }) => kind === "Namespace").map(({ metadata }) => metadata.name);
    const used = [
      ...manifest.objects.flatMap((object) => namespaceOf(object) ?? []),
      ...generatedSecretsOf(product).map(({ namespace }) => namespace),
    ];
    return new ManifestSet(
      product.name,
      {
        manifest: { ...manifest, objects: manifest.objects.map(settled) },
        kubeconfig,
        needs,
        around: this.around(used.filter((name) => !own.includes(name))),
        foundation: (opts) => declaredResources(product, { settings, credentials, objectStore: this.store }, opts),
        awaited,
        webhookProbes: product.webhookProbes ?? [],
        orphans: product.orphans ?? [],
        childOptions,
      },
      { parent },
    );
  }

  private componentContext(product: Product, dependsOn: readonly pulumi.Resource[]): ComponentContext {
    const { settings, products, childOptions, awaited, published, parent } = this.args;
    return {
      settings,
      objectStoreAliases: products.flatMap(({ objectStoreAliases = [] }) => objectStoreAliases),
      around: this.around(product.component?.namespaces ?? []),
      dependsOn,
      objectStore: this.store,
      childOptions,
      isAwaited: (object) => isAwaited(object, awaited),
      published,
      parent,
    };
  }

  private publish(product: Product): pulumi.Resource[] {
    const { set } = this.get(product.name);
    return (product.endpoints ?? []).flatMap((endpoint) => {
      if (!endpoint.service) return [];
      const { formerParent } = endpoint.service;
      return publishEndpoint(endpoint, endpoint.service, {
        ...this.args.childOptions,
        parent: set ?? this.args.parent,
        ...(formerParent && {
          aliases: [{ parent: pulumi.createUrn(formerParent.name, formerParent.type, this.args.parent) }],
        }),
        // Whatever mode: what must be present guards the endpoint, and so must be ready first.
        dependsOn: [
          ...this.get(product.name).ready,
          ...(product.dependsOn ?? []).flatMap((dependency) => this.get(dependency.product).ready),
        ],
      });
    });
  }

  private dependencies({ dependsOn = [] }: Product, mode: DependencyMode): string[] {
    return dependsOn.filter((one) => one.mode === mode).map(({ product }) => product);
  }

  /** Namespaces of other products, and what volume claims depend on. */
  private around(namespaces: readonly string[]): pulumi.Resource[] {
    const names = [...new Set(namespaces)].filter((name) => !given.has(name));
    return [...names.map((name) => this.namespace(name)), ...this.args.volumes];
  }

  /** The namespace of that name, of whichever product brings it. */
  private namespace(name: string): pulumi.Resource {
    for (const { set } of this.installed.values())
      if (set?.has(`Namespace ${name}`)) return set.get(`Namespace ${name}`);
    throw new Error(
      `No product that was installed brings the namespace ${name}: put one that does before those that use it.`,
    );
  }
}
