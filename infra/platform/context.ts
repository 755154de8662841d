import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** What the platform asks of a cluster; it does not know which kind of cluster it is. */
export interface PlatformCluster {
  /** A kubeconfig that administers the cluster. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  /** What tells the cluster from another. Default: nothing does. */
  readonly identity?: pulumi.Input<string>;
  /** The local node, with which everything in the cluster goes; absent for clusters that outlive the stack. */
  readonly node?: pulumi.Resource;
  /** What there must be before a volume is claimed. Default: nothing, as where the cluster has its storage classes already. */
  readonly volumes?: readonly pulumi.Resource[];
  /** The address, from this machine, of the endpoint of that name. */
  published(name: string): pulumi.Output<string>;
}
