import * as pulumi from "@pulumi/pulumi";

export interface LocalNodeArgs {
  /** Its name: 1 to 40 lower-case letters, digits and dashes. Changing it replaces the node. */
  name: pulumi.Input<string>;
  /** Kubernetes version as in `1.34.4`. A newer one upgrades the node in place; an older one replaces it. */
  kubernetesVersion: pulumi.Input<string>;
  /** Port of 127.0.0.1 for the Kubernetes API. */
  apiPort: pulumi.Input<number>;
  /** Further ports of 127.0.0.1, each mapped to a NodePort. @default none */
  publish?: pulumi.Input<
    pulumi.Input<{ name: pulumi.Input<string>; hostPort: pulumi.Input<number>; nodePort: pulumi.Input<number> }>[]
  >;
  /** References of images that the node holds before anything starts. @default those it runs itself */
  images?: pulumi.Input<pulumi.Input<string>[]>;
  /** Network for pods, services and the node, /15 to /21 inside 198.18.0.0/15. Changing it replaces the node. @default all of it */
  subnet?: pulumi.Input<string>;
  /** Folder for everything the node writes. Changing it replaces the node. @default `$XDG_STATE_HOME/kubeflow-stack/nodes/NAME` */
  stateDir?: pulumi.Input<string>;
}

/**
 * A Kubernetes node on this machine, created by kubeadm in namespaces of its own. It is created once the API answers, the node is Ready,
 * CoreDNS serves and the images are loaded. A preview reports a stopped node, and `up` starts it.
 */
export class LocalNode extends pulumi.CustomResource {
  /** An administrator's kubeconfig, for this machine only: a secret. */
  declare readonly kubeconfig: pulumi.Output<string>;
  /** Identifies this cluster; a node that replaces it has another. */
  declare readonly clusterId: pulumi.Output<string>;
  /** Socket of the node's containerd, into which images can be loaded. */
  declare readonly containerdSocket: pulumi.Output<string>;
  declare readonly stateDir: pulumi.Output<string>;
  /** `running`, or what is not. */
  declare readonly status: pulumi.Output<string>;
  declare readonly kubernetesVersion: pulumi.Output<string>;

  constructor(name: string, args: LocalNodeArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = { kubeconfig: undefined, clusterId: undefined, containerdSocket: undefined, status: undefined };
    super(
      "kubeflow-stack:cluster:LocalNode",
      name,
      { stateDir: undefined, ...outputs, ...args },
      {
        ...opts,
        additionalSecretOutputs: [...(opts?.additionalSecretOutputs ?? []), "kubeconfig"],
      },
    );
  }
}
