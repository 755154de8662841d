/** The SDK side of the kinds that `plugins/stack` serves for manifests. */
import * as pulumi from "@pulumi/pulumi";
import type { KubernetesObject } from "./object";

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
  /** Objects that the webhooks must judge, offered in a dry run: an answer of any kind but "cannot call the webhook" will do. */
  readonly offers?: readonly KubernetesObject[];
  /** What the webhooks' servers are made from; a change waits anew. */
  readonly revision: string;
}

/** Waits until a product's webhooks answer, so that the first object they judge is judged and not refused. Holds nothing in the cluster. */
export class WebhookReady extends pulumi.CustomResource {
  constructor(name: string, args: WebhookReadyArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:manifests:WebhookReady", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

/**
 * There once everything it depends on is: others depend on it in their stead. The state names for each resource all that it depends on, and is
 * written anew for each resource, so that a hundred resources that wait for a hundred others cost more than they are.
 */
export class Milestone extends pulumi.CustomResource {
  constructor(name: string, opts: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:manifests:Milestone", name, {}, opts);
  }
}

/** Objects of one name that programs make, in whatever namespace. */
export interface Leftover {
  /** Such as `v1` or `apps/v1`. */
  readonly apiVersion: string;
  /** The kind's plural, as in the API's paths: `configmaps`. */
  readonly plural: string;
  readonly name: string;
  /** The labels by which the objects tell who made them. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface LeftoversArgs {
  /** The cluster's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  readonly objects: readonly Leftover[];
}

/**
 * What a product's programs make in places that stay when the product goes. Holds nothing in the cluster; destroying deletes those objects
 * in every namespace, so everything that could make them anew has to be gone by then: depend on this.
 */
export class Leftovers extends pulumi.CustomResource {
  constructor(name: string, args: LeftoversArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:manifests:Leftovers", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}

export interface CustomResourcesArgs {
  /** The cluster's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  /** What tells the cluster from another. */
  readonly cluster: pulumi.Input<string>;
  /** The names of CRDs. */
  readonly crds: readonly string[];
  /** Objects of their kinds that are not meant, each by its `identity`. */
  readonly except: readonly string[];
}

/**
 * What users make of the platform's kinds. Holds nothing in the cluster; destroying deletes those objects and waits until their controllers have
 * finished them, so it depends on all of the platform. A CRD that is no longer named loses its objects in an update, likewise.
 */
export class CustomResources extends pulumi.CustomResource {
  constructor(name: string, args: CustomResourcesArgs, opts?: pulumi.CustomResourceOptions) {
    const { kubeconfig, ...objects } = args;
    super(
      "kubeflow-stack:manifests:CustomResources",
      name,
      { ...objects, kubeconfig: pulumi.secret(kubeconfig) },
      opts,
    );
  }
}
