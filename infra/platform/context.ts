import type * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type { ManifestSetArgs } from "../manifests";

/** What the platform asks of a cluster; it does not know which kind of cluster it is. */
export interface PlatformCluster {
  /** A kubeconfig that administers the cluster. */
  readonly kubeconfig: pulumi.Output<string>;
  readonly provider: k8s.Provider;
  /** The local node, with which everything in the cluster goes; absent for clusters that outlive the stack. */
  readonly node?: pulumi.Resource;
  /** The address, from this machine, of what the cluster publishes under a name. */
  published(name: "objectStore"): pulumi.Output<string>;
}

/** What every product is given. */
export interface ProductContext {
  readonly kubeconfig: pulumi.Output<string>;
  /** Options of every resource that is not a component. */
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
}

/** What a product's `ManifestSet` gets from the context. */
export function fromContext(context: ProductContext): Pick<ManifestSetArgs, "kubeconfig" | "childOptions"> {
  return { kubeconfig: context.kubeconfig, childOptions: context.childOptions };
}
