import * as pulumi from "@pulumi/pulumi";
import { sha256 } from "./cache";
import { duplicates } from "./check";
import { ManifestError } from "./faults";
import { CrdSet, type WebhookConfiguration, WebhookReady } from "./kinds";
import { type KubernetesObject, fullName, identity, mapAt, namespaceOf } from "./object";
import { type Patch, applyPatches } from "./patch";
import type { RenderedManifest } from "./render";
import { type Stage, isForeign, stageOf } from "./stages";
import { typedResource } from "./typed";

export interface ManifestSetArgs {
  /** What upstream ships, from `loadManifests`. */
  readonly manifest: RenderedManifest;
  /** Changes to it, in order. */
  readonly patches?: readonly Patch[];
  /** The cluster's kubeconfig, for what goes past the Kubernetes provider (CRDs, readiness of webhooks). */
  readonly kubeconfig: pulumi.Input<string>;
  /** CRDs to leave out, with every object of theirs. */
  readonly withoutCrds?: readonly string[];
  /** What must be ready before this product's pods start and before its objects of other products' kinds are made. */
  readonly needs?: readonly pulumi.Resource[];
  /** Namespaces of other products that objects of this one lie in. */
  readonly namespaces?: readonly pulumi.Resource[];
  /** Objects (as `Kind namespace/name`) whose data a controller fills in; it is theirs from then on. */
  readonly filledByControllers?: readonly string[];
  /** Objects that the product's webhooks are tried with, in a dry run. */
  readonly offers?: readonly KubernetesObject[];
  /** Options of every child: the provider, `deletedWith`. */
  readonly childOptions?: pulumi.CustomResourceOptions;
}

/**
 * A product's manifests as resources: each object as its own kind, in an order in which nothing is ever refused. `ready` is what to depend on.
 *
 * Order: namespaces, CRDs, what pods need, pods and webhook configurations, webhooks that answer, objects of the product's own kinds.
 * @throws ManifestError when a patch finds nothing to change or makes two objects of one identity
 */
export class ManifestSet extends pulumi.ComponentResource {
  /** What there must be before anything that uses this product is made. */
  readonly ready: readonly pulumi.Resource[];
  /** The CRDs, when the product has any. */
  readonly crds: CrdSet | undefined;
  private readonly byIdentity = new Map<string, pulumi.CustomResource>();

  constructor(name: string, args: ManifestSetArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:manifests:ManifestSet", name, {}, opts);
    const { objects, crds } = prepare(args);
    const ownGroups = new Set(crds.map(({ group }) => group));
    const register = (stage: Stage, dependsOn: (object: KubernetesObject) => readonly pulumi.Resource[]) =>
      objects
        .filter((object) => stageOf(object, ownGroups) === stage)
        .map((object) => this.register(object, dependsOn(object), args));

    const namespaces = register("namespace", () => []);
    const around = [...(args.namespaces ?? []), ...namespaces];
    this.crds = this.registerCrds(name, args, crds, around);
    const needs = args.needs ?? [];
    const foundation = register("foundation", (object) => [
      ...(namespaceOf(object) === undefined ? [] : around),
      ...(isForeign(object) ? needs : []),
    ]);
    const base = [...around, ...foundation, ...needs, ...(this.crds ? [this.crds] : [])];
    const workloads = register("workload", () => base);
    const webhooks = register("webhook", () => base);
    const gate = this.registerGate(name, args, objects, [...workloads, ...webhooks]);
    const running = gate ? [gate] : [...workloads, ...webhooks];
    // Without pods there is nothing to wait for but the CRDs and what the objects refer to.
    const custom = register("custom", () => (running.length > 0 ? running : base));
    this.ready = [...(running.length > 0 ? running : base), ...custom];
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

  private register(
    object: KubernetesObject,
    dependsOn: readonly pulumi.Resource[],
    { childOptions = {}, filledByControllers = [] }: ManifestSetArgs,
  ): pulumi.CustomResource {
    const isFilled = filledByControllers.includes(identity(object));
    const resource = typedResource(fullName(object), withAwait(object), {
      ...childOptions,
      parent: this,
      dependsOn: [...dependsOn],
      ...(isFilled ? { ignoreChanges: ["data", "stringData", "type"] } : {}),
    });
    this.byIdentity.set(identity(object), resource);
    return resource;
  }

  private registerCrds(
    name: string,
    args: ManifestSetArgs,
    crds: RenderedManifest["crds"],
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
    const configurations = objects.filter(isWebhookConfiguration).map((object) => ({
      kind: object.kind as WebhookConfiguration["kind"],
      name: object.metadata.name,
    }));
    if (configurations.length === 0) return undefined;
    const servers = objects.filter((object) => object.kind === "Deployment" || isWebhookConfiguration(object));
    return new WebhookReady(
      name,
      {
        kubeconfig: args.kubeconfig,
        configurations,
        offers: args.offers ?? [],
        revision: sha256(JSON.stringify(servers)).slice(0, 16),
      },
      { ...ownKind(args.childOptions), parent: this, dependsOn },
    );
  }
}

/** Kinds that are ready only when pods use them, for which those pods cannot wait. Endpoints are the webhooks' gate's to wait for. */
const unawaited = new Set(["Service", "PersistentVolumeClaim", "Ingress"]);

function withAwait(object: KubernetesObject): KubernetesObject {
  if (!unawaited.has(object.kind)) return object;
  const annotations = { ...mapAt(object.metadata, "annotations"), "pulumi.com/skipAwait": "true" };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

const isWebhookConfiguration = ({ kind }: KubernetesObject): boolean =>
  kind === "MutatingWebhookConfiguration" || kind === "ValidatingWebhookConfiguration";

/** Options for resources of our own plugin, which the Kubernetes provider is not for. */
function ownKind(options: pulumi.CustomResourceOptions = {}): pulumi.CustomResourceOptions {
  const { provider: _, ...others } = options;
  return others;
}

/** Upstream's objects and CRDs as this stack wants them, all faults at once. */
function prepare(args: ManifestSetArgs): { objects: KubernetesObject[]; crds: RenderedManifest["crds"] } {
  const { manifest, patches = [], withoutCrds = [] } = args;
  const known = new Set(manifest.crds.map((crd) => crd.name));
  const { objects, faults } = applyPatches(manifest.name, manifest.objects, patches);
  faults.push(...duplicates(manifest.name, objects));
  for (const crd of withoutCrds) {
    if (!known.has(crd))
      faults.push(`${manifest.name}: the CRD ${crd}, to be left out, is not there; remove it from the list.`);
  }
  if (faults.length > 0) throw new ManifestError(faults);
  return { objects, crds: manifest.crds.filter((crd) => !withoutCrds.includes(crd.name)) };
}
