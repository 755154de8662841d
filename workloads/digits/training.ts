import * as k8s from "@pulumi/kubernetes";
import * as kx from "@pulumi/kubernetesx";
import * as pulumi from "@pulumi/pulumi";
import { containerSecurity, podSecurity, temporary } from "./pods";
import { canonicalJson } from "./version";

export interface TrainingArgs {
  readonly namespace: pulumi.Input<string>;
  /** The trainer image. */
  readonly image: pulumi.Input<string>;
  readonly accessKey: pulumi.Input<string>;
  readonly secretKey: pulumi.Input<string>;
  /** The object store as pods see it, as in `http://minio-service.kubeflow:9000`. */
  readonly endpoint: pulumi.Input<string>;
  readonly bucket: pulumi.Input<string>;
  /** The model's folder in the bucket, above its versions. */
  readonly prefix: string;
  readonly version: pulumi.Input<string>;
  readonly hyperparameters: Readonly<Record<string, number>>;
  /** `embedded`, or the address of a folder with MNIST's four IDX files. */
  readonly dataset: string;
  /** SHA-256 of each IDX file by its name; empty for the embedded set. */
  readonly datasetSha256: Readonly<Record<string, string>>;
}

/** How often a training that was interrupted is taken up again from its last checkpoint. */
const retries = 4;
/** What the trainer ends with when it was told something impossible, which trying again does not mend. */
const misconfigured = 2;

/**
 * Trains a model version, once: the Job carries the version in its name, so another version is another Job, and the same is none.
 * The Job of the version before goes when its successor serves; what it wrote stays.
 */
export function trainingJob(name: string, args: TrainingArgs, opts: pulumi.CustomResourceOptions): k8s.batch.v1.Job {
  const credentials = new kx.Secret(
    `${name}-credentials`,
    {
      metadata: { name: `${name}-credentials`, namespace: args.namespace },
      stringData: { accesskey: args.accessKey, secretkey: args.secretKey },
    },
    opts,
  );
  const pod = new kx.PodBuilder({
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: podSecurity,
    terminationGracePeriodSeconds: 60,
    containers: [
      {
        name: "trainer",
        image: args.image,
        imagePullPolicy: "IfNotPresent",
        args: ["train"],
        env: {
          S3_ENDPOINT: args.endpoint,
          S3_BUCKET: args.bucket,
          S3_ACCESS_KEY: credentials.asEnvValue("accesskey"),
          S3_SECRET_KEY: credentials.asEnvValue("secretkey"),
          MODEL_PREFIX: args.prefix,
          MODEL_VERSION: args.version,
          HYPERPARAMETERS: canonicalJson(args.hyperparameters),
          DATASET: args.dataset,
          ...(args.dataset === "embedded" ? {} : { DATASET_SHA256: canonicalJson(args.datasetSha256) }),
        },
        resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { memory: "3Gi" } },
        securityContext: containerSecurity,
        volumeMounts: [{ volume: temporary.volume, destPath: temporary.mountPath }],
      },
    ],
  });
  return new k8s.batch.v1.Job(
    name,
    {
      metadata: { name: pulumi.interpolate`${name}-${args.version}`, namespace: args.namespace },
      // No ttlSecondsAfterFinished: a Job that is tidied away reads as deleted, and would run again.
      spec: pod.asJobSpec({
        backoffLimit: retries,
        podFailurePolicy: {
          rules: [
            { action: "FailJob", onExitCodes: { containerName: "trainer", operator: "In", values: [misconfigured] } },
            // A node that was drained is not the training's fault.
            { action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] },
          ],
        },
      }),
    },
    { ...opts, customTimeouts: { create: "2h" } },
  );
}
