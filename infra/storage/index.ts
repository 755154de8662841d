/** What a stack keeps in an S3 object store: buckets, credentials that reach one prefix, and finished model versions. */
import * as pulumi from "@pulumi/pulumi";

/** Where an object store is and who asks. */
export interface ObjectStoreConnection {
  /** As seen from this machine: `http://host:port`. */
  endpoint: pulumi.Input<string>;
  accessKey: pulumi.Input<string>;
  /** Becomes a secret whatever it was. */
  secretKey: pulumi.Input<string>;
  /** Default: `us-east-1`, MinIO's. */
  region?: pulumi.Input<string>;
}

function protectedKeys<T extends ObjectStoreConnection>(args: T): T {
  return { ...args, accessKey: pulumi.secret(args.accessKey), secretKey: pulumi.secret(args.secretKey) };
}

export interface BucketArgs extends ObjectStoreConnection {
  /** The bucket's name. A bucket of that name that is there already is taken over. Changing it makes another bucket. */
  bucket: pulumi.Input<string>;
  /** Whether deleting the resource deletes the objects in it. Default: false, a bucket that holds any is left alone. */
  forceDestroy?: pulumi.Input<boolean>;
}

/** A bucket. One that has disappeared is made again by the next `up`. */
export class Bucket extends pulumi.CustomResource {
  /** Its name, known once it exists: depend on this, and the bucket is there. */
  declare readonly bucket: pulumi.Output<string>;

  constructor(name: string, args: BucketArgs, opts?: pulumi.CustomResourceOptions) {
    super("kubeflow-stack:storage:Bucket", name, protectedKeys(args), opts);
  }
}

/** A folder of a bucket. */
export interface BucketFolder {
  bucket: pulumi.Input<string>;
  /** Without slashes at its ends. */
  prefix: pulumi.Input<string>;
}

export interface BucketUserArgs extends ObjectStoreConnection {
  bucket: pulumi.Input<string>;
  /** What the user reaches in the bucket, such as `digits`. Default: all of it. */
  prefix?: pulumi.Input<string>;
  /** `read`: list and get. `readwrite`: put and delete as well. */
  access: pulumi.Input<"read" | "readwrite">;
  /** Folders, of this bucket or others, that the user may read besides. Default: none. */
  alsoReads?: pulumi.Input<pulumi.Input<BucketFolder>[]>;
  /** Folders that the user may read, write and delete in besides. Default: none. */
  alsoWrites?: pulumi.Input<pulumi.Input<BucketFolder>[]>;
  /** 3 to 20 characters. Changing it makes a new user before the old one goes. */
  userAccessKey: pulumi.Input<string>;
  /** 8 to 40 characters; generate it. Becomes a secret whatever it was. Changing it takes effect at once. */
  userSecretKey: pulumi.Input<string>;
}

/**
 * A MinIO user that reaches one prefix of one bucket, and of others what is named to be read or written. Its policy, its key and its being enabled are looked at in
 * every preview and put right by the next `up`.
 */
export class BucketUser extends pulumi.CustomResource {
  /** Both are known once the user can use them. */
  declare readonly userAccessKey: pulumi.Output<string>;
  declare readonly userSecretKey: pulumi.Output<string>;

  constructor(name: string, args: BucketUserArgs, opts?: pulumi.CustomResourceOptions) {
    const inputs = { ...protectedKeys(args), userSecretKey: pulumi.secret(args.userSecretKey) };
    super("kubeflow-stack:storage:BucketUser", name, inputs, opts);
  }
}

export interface ModelVersionArgs extends ObjectStoreConnection {
  bucket: pulumi.Input<string>;
  /** The folder that holds the model's versions. */
  prefix: pulumi.Input<string>;
  version: pulumi.Input<string>;
}

/**
 * A model that a training run has finished: make it depend on the training Job, and what serves the model on this. Reads the
 * run's `metrics.json`; fails where there is none. Deleting it leaves the model in the store, so going back needs no training.
 */
export class ModelVersion extends pulumi.CustomResource {
  declare readonly version: pulumi.Output<string>;
  /** Share of the held-out examples that the model gets right, 0 to 1. */
  declare readonly accuracy: pulumi.Output<number>;
  declare readonly loss: pulumi.Output<number | undefined>;
  declare readonly epochs: pulumi.Output<number | undefined>;
  /** How long the training took, in seconds. */
  declare readonly seconds: pulumi.Output<number | undefined>;
  /** When the training ended, in ISO 8601. */
  declare readonly trainedAt: pulumi.Output<string>;
  /** Where the model is, as KServe's `storageUri`; known in previews. */
  declare readonly uri: pulumi.Output<string>;

  constructor(name: string, args: ModelVersionArgs, opts?: pulumi.CustomResourceOptions) {
    const outputs = {
      accuracy: undefined,
      loss: undefined,
      epochs: undefined,
      seconds: undefined,
      trainedAt: undefined,
      uri: undefined,
    };
    super("kubeflow-stack:storage:ModelVersion", name, { ...outputs, ...protectedKeys(args) }, opts);
  }
}
