/** The SDK side of the kinds that `plugins/stack` serves for manifests. */
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject, Orphan } from "../objects";

/** What identifies the body of one CustomResourceDefinition. */
export interface CrdPin {
  /** SHA-256 of the body. */
  readonly digest: string;
  /** The API versions it defines. */
  readonly versions: readonly string[];
}

export interface CrdSetArgs {
  /** The cluster's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  /** The file on this machine with the bodies, JSON by name. Where it lies is no change. */
  readonly bodies: pulumi.Input<string>;
  /** The CRDs by name. */
  readonly crds: pulumi.Input<Readonly<Record<string, CrdPin>>>;
}

/**
 * CustomResourceDefinitions whose bodies stay out of Pulumi's state. Created when all are Established; a CRD that was changed or
 * deleted in the cluster shows as an update; destroying deletes them by name, and with them every object of their kinds.
 */
export class CrdSet extends pulumi.CustomResource {
  constructor(name: string, args: CrdSetArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:manifests:CrdSet", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

/** A webhook configuration by kind and name. */
export interface WebhookConfiguration {
  readonly kind: "MutatingWebhookConfiguration" | "ValidatingWebhookConfiguration";
  readonly name: string;
}

export interface WebhookReadyArgs {
  /** The cluster's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  /** The configurations whose every webhook must have its CA and a service with an endpoint. */
  readonly configurations: readonly WebhookConfiguration[];
  /** Objects that the webhooks must judge in a dry run: any answer but "cannot call the webhook" will do. */
  readonly offers?: readonly KubernetesObject[];
  /** Digest of the objects of the webhooks' servers. A change waits again. */
  readonly revision: string;
}

/** Waits until a product's webhooks answer, so that the first object they validate is not refused. Owns nothing in the cluster. */
export class WebhookReady extends pulumi.CustomResource {
  constructor(name: string, args: WebhookReadyArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:manifests:WebhookReady", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

/**
 * A barrier: created once all its dependencies are ready, so that N dependents list one resource instead of M. The state lists every
 * dependency of every resource, and is written again for each resource.
 */
export class Barrier extends pulumi.CustomResource {
  constructor(name: string, opts: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:manifests:Milestone", name, {}, opts);
  }
}

export interface OrphanCleanupArgs {
  /** The cluster's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  readonly objects: readonly Orphan[];
}

/**
 * Deletes, when it is destroyed, what a product's programs created in namespaces that stay. Owns nothing in the cluster. Programs that would
 * recreate those objects must be deleted before it: they depend on it.
 */
export class OrphanCleanup extends pulumi.CustomResource {
  constructor(name: string, args: OrphanCleanupArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:manifests:Leftovers", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

export interface CustomResourceCleanupArgs {
  /** The cluster's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  /** Identifies the cluster. */
  readonly cluster: pulumi.Input<string>;
  /** The names of CRDs. */
  readonly crds: readonly string[];
  /** Objects of their kinds that stay, each by its `identity`. */
  readonly except: readonly string[];
}

/**
 * Deletes, when it is destroyed, the objects that users created of the platform's kinds, and waits until their controllers have finished
 * them: so it depends on all of the platform. Owns nothing in the cluster. An update that no longer names a CRD deletes its objects, too.
 */
export class CustomResourceCleanup extends pulumi.CustomResource {
  constructor(name: string, args: CustomResourceCleanupArgs, opts?: pulumi.CustomResourceOptions) {
    const { kubeconfig, ...objects } = args;
    super(
      "kubeflow-stack:manifests:CustomResources",
      name,
      { ...objects, kubeconfig: pulumi.secret(kubeconfig) },
      opts,
    );
  }
}
