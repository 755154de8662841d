import * as k8s from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type BucketFolder, BucketUser, type ObjectStoreConnection } from "../storage";

export interface ArtifactUserArgs {
  /** Where the object store is, and its administrator. */
  readonly connection: ObjectStoreConnection;
  readonly bucket: pulumi.Output<string>;
  /** What the user reaches in the bucket. Default: all of it. */
  readonly prefix?: string;
  /** Further folders that the user may read and write. */
  readonly alsoWrites?: readonly BucketFolder[];
  /** Raising it replaces the credentials. */
  readonly rotation: number;
  /** Where the Secret lies. */
  readonly namespace: string;
  readonly labels?: Record<string, string>;
}

/** Where Kubeflow's components look for an object store's credentials: in each namespace under this name. */
export const artifactSecret = "mlpipeline-minio-artifact";

/** A user of the object store, and the Secret `mlpipeline-minio-artifact` with its generated credentials. */
export class ArtifactUser {
  readonly accessKey: pulumi.Output<string>;
  readonly secretKey: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];

  /**
   * @param name the prefix of its resources' names
   * @param opts of the resources in the cluster; the parent of all
   */
  constructor(name: string, args: ArtifactUserArgs, opts: pulumi.CustomResourceOptions) {
    const parent = opts.parent ? { parent: opts.parent } : {};
    const keepers = { rotation: String(args.rotation) };
    // The access key is a name and stays; a new secret key takes effect at once.
    const accessKey = new random.RandomPassword(`${name}-access-key`, { length: 20, special: false }, parent);
    const secretKey = new random.RandomPassword(`${name}-secret-key`, { length: 40, special: false, keepers }, parent);
    const user = new BucketUser(
      name,
      {
        ...args.connection,
        bucket: args.bucket,
        ...(args.prefix !== undefined && { prefix: args.prefix }),
        ...(args.alsoWrites && { alsoWrites: [...args.alsoWrites] }),
        access: "readwrite",
        userAccessKey: accessKey.result,
        userSecretKey: secretKey.result,
      },
      opts,
    );
    const secret = new k8s.core.v1.Secret(
      name,
      {
        metadata: { name: artifactSecret, namespace: args.namespace, ...(args.labels && { labels: args.labels }) },
        stringData: { accesskey: user.userAccessKey, secretkey: user.userSecretKey },
      },
      opts,
    );
    this.accessKey = user.userAccessKey;
    this.secretKey = user.userSecretKey;
    this.ready = [user, secret];
  }
}
