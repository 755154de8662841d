import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { ContainerImage, type ImageTarget } from "../../infra/images";
import type { ModelOutput } from "../../infra/outputs";
import { BucketUser, ModelVersion } from "../../infra/storage";
import type { DigitsSettings } from "./settings";
import { Serving } from "./serving";
import { trainingJob } from "./training";
import { modelVersion } from "./version";
import { WebPage } from "./webPage";

/** What the workload asks of a cluster; it does not know which kind of cluster it is. */
export interface DigitsCluster {
  readonly provider: k8s.Provider;
  readonly kubeconfig: pulumi.Input<string>;
  /** The local node, with which everything in it goes; absent for clusters that outlive the stack. */
  readonly node?: pulumi.Resource;
  readonly imageTarget: ImageTarget;
  /** The address, from this machine, of the endpoint of that name. */
  published(name: string): pulumi.Output<string>;
}

/** What the workload asks of an object store. */
export interface DigitsObjectStore {
  /** Its S3 endpoint as pods see it. */
  readonly endpoint: pulumi.Input<string>;
  /** The bucket in which the models lie, under `digits/`. */
  readonly bucket: pulumi.Input<string>;
  /** What may make users. */
  readonly root: { readonly accessKey: pulumi.Input<string>; readonly secretKey: pulumi.Input<string> };
  readonly ready: readonly pulumi.Resource[];
}

export interface DigitsArgs {
  readonly cluster: DigitsCluster;
  /** The ports of every node under which the cluster publishes the page and the predictor. */
  readonly nodePorts: { readonly page: number; readonly predictor: number };
  readonly objectStore: DigitsObjectStore;
  /** What there must be before KServe takes an InferenceService. */
  readonly kserve: readonly pulumi.Resource[];
  readonly settings: DigitsSettings;
  /** Raising it replaces the workload's credentials. */
  readonly rotation: number;
}

/** The images that the workload's pods run. */
export interface DigitsImages {
  readonly trainer: pulumi.Output<string>;
  readonly page: pulumi.Output<string>;
}

const modelName = "digits";

/**
 * Handwritten digits, from the training to the page: a model trained on MNIST by a Job, served by KServe, and a web page on which
 * one draws a digit and reads what the model says.
 *
 * A model version is a hash of the trainer's code, the data and the hyper-parameters. Changing one of them trains another version
 * and then rolls the predictor forward, with no request failed; changing none does nothing.
 */
export class Digits extends pulumi.ComponentResource {
  /** Where the page is, from this machine. */
  readonly pageUrl: pulumi.Output<string>;
  /** The root, from this machine, under which `/v1/models/digits` and `/v2/models/digits` answer. */
  readonly predictorUrl: pulumi.Output<string>;
  /** The model that is served. */
  readonly model: pulumi.Output<ModelOutput>;
  readonly images: DigitsImages;
  /** The namespace of all of it. */
  static readonly namespace = "digits";

  constructor(name: string, args: DigitsArgs, opts?: pulumi.ComponentResourceOptions) {
    const { cluster, objectStore, settings } = args;
    super("kubeflow-stack:digits:Digits", name, {}, { ...opts, providers: { kubernetes: cluster.provider } });
    const within = cluster.node ? { deletedWith: cluster.node } : {};
    const child = { parent: this, ...within };

    const trainer = new ContainerImage(
      `${name}-trainer`,
      {
        name: "digits-trainer",
        context: "trainer",
        buildContexts: { libtensorflow: { tool: "tfjs-node" } },
        push: cluster.imageTarget,
      },
      child,
    );
    const page = new ContainerImage(
      `${name}-page`,
      { name: "digits-page", context: "workloads/digits/page", push: cluster.imageTarget },
      child,
    );
    this.images = { trainer: trainer.ref, page: page.ref };

    const namespace = new k8s.core.v1.Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: Digits.namespace,
          labels: {
            "pod-security.kubernetes.io/enforce": "restricted",
            "pod-security.kubernetes.io/warn": "restricted",
          },
        },
      },
      child,
    );
    // Training writes; serving only reads.
    const data = folderOf(settings.dataset);
    const writer = this.objectStoreUser(`${name}-writer`, "readwrite", args, within, data && [data]);
    const reader = this.objectStoreUser(`${name}-reader`, "read", args, within);

    const { dataset, datasetSha256, replicas, ...hyperparameters } = settings;
    const version = trainer.contentHash.apply((code) =>
      modelVersion({ code, data: { dataset, sha256: datasetSha256 }, hyperparameters }),
    );
    const training = trainingJob(
      `${name}-train`,
      {
        namespace: namespace.metadata.name,
        image: trainer.ref,
        accessKey: writer.accessKey,
        secretKey: writer.secretKey,
        endpoint: objectStore.endpoint,
        bucket: objectStore.bucket,
        prefix: modelName,
        version,
        hyperparameters,
        dataset,
        datasetSha256,
      },
      { ...child, dependsOn: [writer.user, ...objectStore.ready] },
    );
    const trained = new ModelVersion(
      `${name}-model`,
      {
        endpoint: cluster.published("objectStore"),
        accessKey: reader.accessKey,
        secretKey: reader.secretKey,
        bucket: objectStore.bucket,
        prefix: modelName,
        version,
      },
      { ...child, dependsOn: [training, reader.user] },
    );

    const serving = new Serving(
      `${name}-serving`,
      {
        namespace: namespace.metadata.name,
        image: trainer.ref,
        imageHash: trainer.contentHash,
        kubeconfig: cluster.kubeconfig,
        endpoint: objectStore.endpoint,
        accessKey: reader.accessKey,
        secretKey: reader.secretKey,
        storageUri: pulumi.interpolate`s3://${objectStore.bucket}/${modelName}/${version}`,
        modelName,
        replicas,
        nodePort: args.nodePorts.predictor,
        kserve: args.kserve,
        trained: [trained],
      },
      child,
    );
    new WebPage(
      `${name}-page`,
      {
        namespace: namespace.metadata.name,
        image: page.ref,
        predictorUrl: serving.internalUrl,
        modelName,
        nodePort: args.nodePorts.page,
      },
      child,
    );

    this.pageUrl = cluster.published("page");
    this.predictorUrl = cluster.published("predictor");
    this.model = pulumi.output({ name: modelName, version: trained.version, accuracy: trained.accuracy });
    this.registerOutputs({ pageUrl: this.pageUrl, predictorUrl: this.predictorUrl, model: this.model });
  }

  /** A user of the object store that reaches the workload's own folder, and reads what else is named. */
  private objectStoreUser(
    name: string,
    access: "read" | "readwrite",
    args: DigitsArgs,
    within: pulumi.CustomResourceOptions,
    alsoReads?: { bucket: string; prefix: string }[],
  ) {
    const keepers = { rotation: String(args.rotation) };
    const generate = (part: string, length: number): pulumi.Output<string> =>
      new random.RandomPassword(`${name}-${part}`, { length, special: false, keepers }, { parent: this }).result;
    const accessKey = generate("access-key", 20);
    const secretKey = generate("secret-key", 40);
    const user = new BucketUser(
      name,
      {
        endpoint: args.cluster.published("objectStore"),
        accessKey: args.objectStore.root.accessKey,
        secretKey: args.objectStore.root.secretKey,
        bucket: args.objectStore.bucket,
        prefix: modelName,
        access,
        ...(alsoReads && { alsoReads }),
        userAccessKey: accessKey,
        userSecretKey: secretKey,
      },
      { parent: this, ...within, dependsOn: [...args.objectStore.ready] },
    );
    return { accessKey, secretKey, user };
  }
}

/** The folder of the object store that an `s3://` address names; none for other data sets. */
function folderOf(dataset: string): { bucket: string; prefix: string } | undefined {
  const [, bucket, prefix] = /^s3:\/\/([^/]+)\/(.+?)\/*$/.exec(dataset) ?? [];
  return bucket && prefix ? { bucket, prefix } : undefined;
}
