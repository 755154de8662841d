import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "./cache";
import { inBackground } from "./deletion";
import type { Orphan } from "../objects/orphan";
import { Barrier, CrdSet, OrphanCleanup, type WebhookConfiguration, WebhookReady } from "./kinds";
import { type KubernetesObject, fullName, identity, mapAt, namespaceOf } from "../objects/object";
import type { PreparedManifest } from "./prepare";
import { type Stage, isForeign, stageOf } from "./stages";
import { typedResource } from "./typed";

/** Whether objects are waited for: all, none, or those for which it says so. */
export type Awaited = boolean | ((object: KubernetesObject) => boolean);

export interface ManifestSetArgs {
  /** The product's objects and CRDs, from `loadManifests`. */
  readonly manifest: PreparedManifest;
  /** The cluster's kubeconfig, for the kinds of our own plugin: CRDs, readiness of webhooks. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Pods, and objects of other products' kinds, are created once these are ready. */
  readonly needs?: readonly pulumi.Resource[];
  /** Namespaces of other products in which its objects lie, and what volume claims depend on. */
  readonly around?: readonly pulumi.Resource[];
  /** Creates what pods need beside the manifests, such as Secrets with generated content, once the namespaces exist. */
  readonly foundation?: (opts: pulumi.CustomResourceOptions) => readonly pulumi.Resource[];
  /** Whether to wait for pods and webhooks, or for which. Objects of the product's own kinds may be refused otherwise. @default for all */
  readonly awaited?: Awaited;
  /** Objects that the product's webhooks must judge in a dry run. @default none */
  readonly webhookProbes?: readonly KubernetesObject[];
  /** Objects that its programs create in namespaces of others, deleted with the product. @default none */
  readonly orphans?: readonly Orphan[];
  /** Options of every child: the provider, `deletedWith`. */
  readonly childOptions?: pulumi.CustomResourceOptions;
}

/**
 * A product's manifests as resources: each object as its own kind, in an order in which nothing is refused.
 *
 * Order: namespaces, CRDs, what pods need, pods and webhook configurations, webhooks that answer, objects of the product's own kinds.
 */
export class ManifestSet extends pulumi.ComponentResource {
  /** Depend on these before using the product. */
  readonly ready: readonly pulumi.Resource[];
  /** The CRDs, when the product has any. */
  readonly crds: CrdSet | undefined;
  private readonly byIdentity = new Map<string, pulumi.CustomResource>();

  constructor(name: string, args: ManifestSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:manifests:ManifestSet", name, {}, opts);
    const { objects, crds } = args.manifest;
    const orphans = this.registerOrphanCleanup(name, args);
    const ownGroups = new Set(crds.map(({ group }) => group));
    const register = (stage: Stage, dependsOn: (object: KubernetesObject) => readonly pulumi.Resource[]) =>
      objects
        .filter((object) => stageOf(object, ownGroups) === stage)
        .map((object) => this.register(object, dependsOn(object), args));

    // Destroyed after the namespaces, when none of its programs can recreate the objects.
    const namespaces = register("namespace", () => orphans);
    const around = [...(args.around ?? []), ...namespaces];
    this.crds = this.registerCrds(name, args, crds, around);
    const needs = args.needs ?? [];
    const foundation = [
      ...register("foundation", (object) => [
        ...(namespaceOf(object) === undefined ? [] : around),
        ...(isForeign(object) ? needs : []),
      ]),
      ...(args.foundation?.({ ...args.childOptions, parent: this, dependsOn: around }) ?? []),
    ];
    const base = this.together(
      `${name}-foundation`,
      [...around, ...foundation, ...needs, ...(this.crds ? [this.crds] : [])],
      args,
    );
    const workloads = register("workload", () => base);
    const webhooks = register("webhook", () => base);
    const gate = this.registerGate(name, args, objects, [...workloads, ...webhooks]);
    const running = gate ? [gate] : [...workloads, ...webhooks];
    // Without pods, objects wait only for the CRDs and for what they refer to.
    const custom = register("custom", () => (running.length > 0 ? running : base));
    this.ready = this.together(`${name}-ready`, [...(running.length > 0 ? running : base), ...custom], args);
    this.registerOutputs({});
  }

  /**
   * The resource of one object, for those that need its outputs.
   * @param name its identity: `Kind.group namespace/name`, as in `Service kubeflow/minio`
   */
  get(name: string): pulumi.CustomResource {
    const found = this.byIdentity.get(name);
    if (!found) throw new Error(`There is no ${name} in this set; it has ${[...this.byIdentity.keys()].join(", ")}.`);
    return found;
  }

  /** Whether there is an object of that identity. */
  has(name: string): boolean {
    return this.byIdentity.has(name);
  }

  private register(
    object: KubernetesObject,
    dependsOn: readonly pulumi.Resource[],
    { childOptions = {}, awaited = true }: ManifestSetArgs,
  ): pulumi.CustomResource {
    const annotated = isAwaited(object, awaited) ? withAwait(object) : withoutAwait(object);
    const resource = typedResource(
      fullName(object),
      // Objects that are deleted with a local node are never deleted one by one.
      childOptions.deletedWith ? annotated : inBackground(annotated),
      {
        ...childOptions,
        parent: this,
        dependsOn: [...dependsOn],
      },
    );
    this.byIdentity.set(identity(object), resource);
    return resource;
  }

  /** One resource to depend on in place of several. */
  private together(name: string, resources: pulumi.Resource[], args: ManifestSetArgs): pulumi.Resource[] {
    if (resources.length <= fewResources) return resources;
    return [new Barrier(name, { ...ownKind(args.childOptions), parent: this, dependsOn: resources })];
  }

  private registerOrphanCleanup(
    name: string,
    { kubeconfig, orphans: objects = [], childOptions }: ManifestSetArgs,
  ): pulumi.Resource[] {
    if (objects.length === 0) return [];
    return [new OrphanCleanup(name, { kubeconfig, objects }, { ...ownKind(childOptions), parent: this })];
  }

  private registerCrds(
    name: string,
    args: ManifestSetArgs,
    crds: PreparedManifest["crds"],
    dependsOn: pulumi.Resource[],
  ): CrdSet | undefined {
    if (crds.length === 0) return undefined;
    const pins = Object.fromEntries(crds.map((crd) => [crd.name, { digest: crd.digest, versions: crd.versions }]));
    return new CrdSet(
      name,
      { kubeconfig: args.kubeconfig, bodies: args.manifest.bodies, crds: pins },
      { ...ownKind(args.childOptions), parent: this, dependsOn },
    );
  }

  private registerGate(
    name: string,
    args: ManifestSetArgs,
    objects: readonly KubernetesObject[],
    dependsOn: pulumi.Resource[],
  ): WebhookReady | undefined {
    const configurations = objects
      .filter((object) => isWebhookConfiguration(object) && isAwaited(object, args.awaited))
      .map((object) => ({ kind: object.kind as WebhookConfiguration["kind"], name: object.metadata.name }));
    if (configurations.length === 0) return undefined;
    const servers = objects.filter((object) => object.kind === "Deployment" || isWebhookConfiguration(object));
    return new WebhookReady(
      name,
      {
        kubeconfig: args.kubeconfig,
        configurations,
        offers: args.webhookProbes ?? [],
        revision: sha256(JSON.stringify(servers)).slice(0, 16),
      },
      { ...ownKind(args.childOptions), parent: this, dependsOn },
    );
  }
}

/** Up to this number, dependencies take no more of the state than a barrier. */
const fewResources = 4;

/** Kinds that become ready only when pods use them: those pods cannot wait for them. `WebhookReady` waits for the endpoints of webhooks. */
const unawaited = new Set(["Service", "PersistentVolumeClaim", "Ingress"]);

/** Whether an object is waited for. */
export function isAwaited(object: KubernetesObject, awaited: Awaited = true): boolean {
  return typeof awaited === "function" ? awaited(object) : awaited;
}

function withAwait(object: KubernetesObject): KubernetesObject {
  return unawaited.has(object.kind) ? withoutAwait(object) : object;
}

function withoutAwait(object: KubernetesObject): KubernetesObject {
  const annotations = { ...mapAt(object.metadata, "annotations"), "pulumi.com/skipAwait": "true" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

const isWebhookConfiguration = ({ kind }: KubernetesObject): boolean =>
  kind === "MutatingWebhookConfiguration" || kind === "ValidatingWebhookConfiguration";

/** Options without the Kubernetes provider, for resources of our own plugin. */
function ownKind(options: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
  const { provider: _, ...others } = options;
  return others;
}
