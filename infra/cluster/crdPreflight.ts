import * as pulumi from "@pulumi/pulumi";

export interface CrdPreflightArgs {
  /** An administrator's kubeconfig. */
  readonly kubeconfig: pulumi.Input<string>;
  /** The API versions of every CRD that is going to be applied, by the CRD's name. */
  readonly versions: Readonly<Record<string, readonly string[]>>;
  /** The namespaces that are going to be made. */
  readonly namespaces: readonly string[];
  /** What tells the cluster from another: in another, everything is asked anew. */
  readonly cluster: pulumi.Input<string>;
  /** Whether CRDs and namespaces that are there already and are somebody else's are taken over. */
  readonly adopt: boolean;
}

/**
 * Refuses CRDs that lose a version in which the cluster may hold objects, which could then not even be deleted; and CRDs and namespaces that the
 * cluster has already from somebody else, who would lose them with the stack. What takes its kubeconfig
 * from here is registered after that check: where it fails, nothing is applied.
 */
export class CrdPreflight extends pulumi.CustomResource {
  /** The kubeconfig it was given: a secret. */
  declare readonly kubeconfig: pulumi.Output<string>;

  constructor(name: string, args: CrdPreflightArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:cluster:CrdVersions", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}
