import * as pulumi from "@pulumi/pulumi";

export interface CrdPreflightArgs {
  /** An administrator's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  /** The API versions of every CRD of the platform, by the CRD's name. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** The namespaces that the stack creates. */
  readonly namespaces: readonly string[];
  /** Identifies the cluster. Another cluster is checked from the start. */
  readonly cluster: pulumi.Input<string>;
  /** Whether to take over existing CRDs and namespaces of somebody else. */
  readonly adopt: boolean;
}

/**
 * Fails before anything is applied, since everything takes its kubeconfig from this resource's outputs. It refuses CRDs that drop a version in
 * which the cluster may hold objects: those could then not even be deleted. It also refuses CRDs and namespaces that somebody else
 * owns, who would lose them when the stack is destroyed.
 */
export class CrdPreflight extends pulumi.CustomResource {
  /** The kubeconfig it was given: a secret. */
  declare readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: CrdPreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:cluster:CrdVersions", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}
