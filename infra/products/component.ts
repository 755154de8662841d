/** What products with special resources are given, and what they give back. */
import type * as pulumi from "@pulumi/pulumi";
import type * as random from "@pulumi/random";
import type { KubernetesObject } from "../objects";
import type { Values } from "../settings";
import type { ObjectStoreConnection } from "../storage";

/** The settings that products may follow. */
export type ProductSettings = Pick<Values, "users" | "profiles" | "knativeIngress" | "objectStoreSize" | "rotation"> & {
  readonly imageMirror?: string | undefined;
};

/** Generated credentials, each known by its name. */
export interface Credentials {
  /** The credential of that name: letters and digits. The first call creates it. */
  generate(name: string, length: number): random.RandomPassword;
}

/** The object store, for those who use it. */
export interface ObjectStoreHandle {
  /** Its S3 endpoint inside the cluster. */
  readonly endpoint: string;
  /** Its address from this machine, and its administrator: creates buckets and users, is not for workloads. */
  readonly connection: ObjectStoreConnection;
  readonly root: { readonly accessKey: pulumi.Output<string>; readonly secretKey: pulumi.Output<string> };
  /** The bucket of Kubeflow's components and of the workloads' models. */
  readonly bucket: pulumi.Output<string>;
  /** Depend on these before using it. */
  readonly ready: readonly pulumi.Resource[];
}

/** What a component is created from. */
export interface ComponentContext {
  readonly settings: ProductSettings;
  /** Names under which products look for the object store, beside its own. */
  readonly objectStoreAliases: readonly string[];
  /** Namespaces that it lies in, and what a volume claim depends on. */
  readonly around: readonly pulumi.Resource[];
  /** What it depends on: the product's own objects and the products that its product needs. */
  readonly dependsOn: readonly pulumi.Resource[];
  /** The object store; absent before its product is installed. */
  readonly objectStore: ObjectStoreHandle | undefined;
  /** Options of every resource that is not a component. */
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
  /** Whether to wait for an object. */
  readonly isAwaited: (object: KubernetesObject) => boolean;
  /** The address, from this machine, of the endpoint of that name. */
  readonly published: (name: string) => pulumi.Output<string>;
  readonly parent: pulumi.Resource;
}

/** A component of a product. */
export interface Component {
  /** Depend on these before using the product. */
  readonly ready: readonly pulumi.Resource[];
  /** The object store, where the product is one. */
  readonly objectStore?: ObjectStoreHandle;
  /** Outputs of the stack. */
  readonly outputs?: Readonly<Record<string, pulumi.Input<unknown>>>;
}
