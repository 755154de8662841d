import * as pulumi from "@pulumi/pulumi";

export interface RolloutArgs {
  /** A kubeconfig of the cluster. */
  kubeconfig: pulumi.Input<string>;
  namespace: pulumi.Input<string>;
  /** The Deployment's name. It need not exist yet. */
  deployment: pulumi.Input<string>;
  /** Annotations of its pods that tell the wanted revision from the one before. */
  annotations: Record<string, pulumi.Input<string>>;
}

/**
 * The end of a rollout: created, and updated with another revision, once the Deployment's pods are all of that revision and ready.
 *
 * An InferenceService says that it is Ready of whatever its Deployment was last seen to run, which for a moment after a change is
 * the version before. What follows a rollout should depend on this.
 */
export class Rollout extends pulumi.CustomResource {
  constructor(name: string, args: RolloutArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:serving:Rollout", name, { ...args, kubeconfig: pulumi.secret(args.kubeconfig) }, opts);
  }
}
