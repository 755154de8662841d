import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

/** A cluster, whichever kind it is. */
export interface PlatformCluster {
  /** A kubeconfig that administers the cluster. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  /** Identifies the cluster, whatever else changes in its kubeconfig. @default none */
  readonly identity?: pulumi.Input<string>;
  /** The local node, whose deletion deletes everything in it; absent for clusters that outlive the stack. */
  readonly node?: pulumi.Resource;
  /** Volume claims depend on these. @default none, as in clusters that bring their storage classes */
  readonly volumes?: readonly pulumi.Resource[];
  /** The address, from this machine, of the endpoint of that name. */
  published(name: string): pulumi.Output<string>;
}
