import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type BucketFolder, BucketUser, type ObjectStoreConnection } from "../storage";
import type { ObjectStoreUser } from "./product";

export interface StoreUserArgs {
  /** The object store and its administrator. */
  readonly connection: ObjectStoreConnection;
  readonly bucket: pulumi.Input<string>;
  /** The only folder of the bucket that it reaches. @default all of the bucket */
  readonly prefix?: string;
  readonly access: "read" | "readwrite";
  /** Further folders that it may read and write. @default none */
  readonly alsoWrites?: readonly BucketFolder[];
  /** Raising it replaces the secret key. */
  readonly rotation: number;
  /** The Secret with its keys. */
  readonly secret: ObjectStoreUser["secret"] & { readonly labels?: Readonly<Record<string, string>> };
}

/** Under this name and these keys, Kubeflow's components look for their credentials in each namespace. */
export const artifactSecret = {
  name: "mlpipeline-minio-artifact",
  keys: { accessKey: "accesskey", secretKey: "secretkey" },
} as const;

/** A user of the object store, and the Secret with its generated keys. */
export class StoreUser {
  readonly accessKey: pulumi.Output<string>;
  readonly secretKey: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];

  /**
   * @param name - the prefix of its resources' names
   * @param opts - of the resources in the cluster; the parent of all
   */
  constructor(name: string, args: StoreUserArgs, opts: pulumi.CustomResourceOptions) {
    const parent = opts.parent ? { parent: opts.parent } : {};
    const keepers = { rotation: String(args.rotation) };
    // The access key is a name and stays. A new secret key takes effect at once.
    const accessKey = new random.RandomPassword(`${name}-access-key`, { length: 20, special: false }, parent);
    const secretKey = new random.RandomPassword(`${name}-secret-key`, { length: 40, special: false, keepers }, parent);
    const user = new BucketUser(
      name,
      {
        ...args.connection,
        bucket: args.bucket,
        ...(args.prefix !== undefined && { prefix: args.prefix }),
        ...(args.alsoWrites && { alsoWrites: [...args.alsoWrites] }),
        access: args.access,
        userAccessKey: accessKey.result,
        userSecretKey: secretKey.result,
      },
      opts,
    );
    const { namespace, keys, labels } = args.secret;
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: args.secret.name, namespace, ...(labels && { labels }) },
        stringData: { [keys.accessKey]: user.userAccessKey, [keys.secretKey]: user.userSecretKey },
      },
      opts,
    );
    this.accessKey = user.userAccessKey;
    this.secretKey = user.userSecretKey;
    this.ready = [user, secret];
  }
}
