import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { InferenceService, ServingRuntime } from "../../infra/crds";
import { Rollout } from "../rollout";
import { beforeStop, containerSecurity, podSecurity, temporary, withoutGap } from "./pods";

export interface ServingArgs {
  readonly namespace: pulumi.Input<string>;
  /** The trainer image, which serves as well, and the hash it was built by. */
  readonly image: pulumi.Input<string>;
  readonly imageHash: pulumi.Input<string>;
  readonly kubeconfig: pulumi.Input<string>;
  /** The object store as pods see it, as in `http://minio-service.kubeflow:9000`. */
  readonly endpoint: pulumi.Input<string>;
  readonly accessKey: pulumi.Input<string>;
  readonly secretKey: pulumi.Input<string>;
  /** Where the model lies, as in `s3://mlpipeline/digits/0123456789abcdef`. */
  readonly storageUri: pulumi.Input<string>;
  /** The name in the protocols' paths, as in `/v1/models/digits`. */
  readonly modelName: string;
  readonly replicas: number;
  /** The port of every node under which the predictor is published. */
  readonly nodePort: number;
  /** What there must be before KServe takes an InferenceService. */
  readonly kserve: readonly pulumi.Resource[];
  /** What there must be before there is a model. */
  readonly trained: readonly pulumi.Resource[];
}

const port = 8080;
/** Seconds from the signal to the end by force: longer than the predictor's own patience with requests under way. */
const grace = 40;

/**
 * Serves a model version by KServe in Standard mode: a plain Deployment, which rolls forward to another version without a gap.
 *
 * The runtime's name carries the image's hash. A new image is a new runtime next to the old one, so that the old model is never
 * served by new code.
 */
export class Serving extends pulumi.ComponentResource {
  /** The predictor's root as pods see it. It is known before there is a predictor. */
  readonly internalUrl: pulumi.Output<string>;
  /** What there must be before the version is served, and served alone. */
  readonly served: pulumi.Resource;

  constructor(name: string, args: ServingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:digits:Serving", name, {}, opts);
    const child: pulumi.CustomResourceOptions = {
      parent: this,
      ...(opts?.deletedWith && { deletedWith: opts.deletedWith }),
    };
    const account = storageAccount(name, args, child);

    const runtime = new ServingRuntime(
      `${name}-runtime`,
      {
        metadata: { name: pulumi.interpolate`tfjs-${short(args.imageHash)}`, namespace: args.namespace },
        spec: {
          annotations: {
            "prometheus.io/scrape": "true",
            "prometheus.io/port": String(port),
            "prometheus.io/path": "/metrics",
          },
          supportedModelFormats: [{ name: "tfjs", version: "4", autoSelect: true }],
          protocolVersions: ["v1", "v2"],
          containers: [container(args)],
          volumes: [temporary.volume],
        },
      },
      { ...child, dependsOn: [...args.kserve] },
    );

    const inferenceService = new InferenceService(
      `${name}-predictor`,
      {
        metadata: {
          name: args.modelName,
          namespace: args.namespace,
          // There are as many predictors as were asked for, and no metrics server to scale by.
          annotations: { "serving.kserve.io/autoscalerClass": "none" },
        },
        predictor: {
          serviceAccountName: account.metadata.name,
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          securityContext: podSecurity,
          terminationGracePeriodSeconds: grace,
          minReplicas: args.replicas,
          deploymentStrategy: withoutGap,
          model: {
            modelFormat: { name: "tfjs", version: "4" },
            runtime: runtime.metadata.name,
            storageUri: args.storageUri,
          },
        },
      },
      { ...child, dependsOn: [...args.kserve, ...args.trained], customTimeouts: { create: "15m", update: "15m" } },
    );

    const served = new Rollout(
      `${name}-rollout`,
      {
        kubeconfig: args.kubeconfig,
        namespace: args.namespace,
        deployment: `${args.modelName}-predictor`,
        // KServe writes into the pods what they are to fetch.
        annotations: { "internal.serving.kserve.io/storage-initializer-sourceuri": args.storageUri },
      },
      { ...child, dependsOn: [inferenceService], customTimeouts: { create: "10m", update: "10m" } },
    );

    const serviceName = `${args.modelName}-published`;
    new k8s.core.v1.Service(
      `${name}-published`,
      {
        metadata: { name: serviceName, namespace: args.namespace },
        spec: {
          type: "NodePort",
          selector: { app: `isvc.${args.modelName}-predictor` },
          ports: [{ name: "http", port: 80, targetPort: port, nodePort: args.nodePort, protocol: "TCP" }],
        },
      },
      { ...child, dependsOn: [served] },
    );
    this.served = served;
    this.internalUrl = pulumi.interpolate`http://${serviceName}.${args.namespace}.svc`;
    this.registerOutputs({});
  }
}

/** What KServe's storage initializer reads the bucket with, under the names that the seeds gave it. */
function storageAccount(
  name: string,
  args: ServingArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.ServiceAccount {
  const secret = new k8s.core.v1.Secret(
    `${name}-storage`,
    {
      metadata: {
        name: "minio-kserve-secret",
        namespace: args.namespace,
        annotations: {
          "serving.kserve.io/s3-endpoint": pulumi.output(args.endpoint).apply((endpoint) => new URL(endpoint).host),
          "serving.kserve.io/s3-usehttps": pulumi
            .output(args.endpoint)
            .apply((endpoint) => (new URL(endpoint).protocol === "https:" ? "1" : "0")),
          "serving.kserve.io/s3-useanoncredential": "false",
          "serving.kserve.io/s3-region": "us-east-1",
        },
      },
      stringData: { AWS_ACCESS_KEY_ID: args.accessKey, AWS_SECRET_ACCESS_KEY: args.secretKey },
    },
    opts,
  );
  return new k8s.core.v1.ServiceAccount(
    `${name}-account`,
    {
      metadata: { name: "sa-minio-kserve", namespace: args.namespace },
      automountServiceAccountToken: false,
      secrets: [{ name: secret.metadata.name }],
    },
    opts,
  );
}

/** Enough of a hash to tell images apart, and short enough to read. */
function short(hash: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.output(hash).apply((text) => text.slice(0, 12));
}

function container(args: ServingArgs): k8s.types.input.core.v1.Container {
  return {
    // KServe knows the predictor's container by this name.
    name: "kserve-container",
    image: args.image,
    imagePullPolicy: "IfNotPresent",
    args: ["serve", "--model-dir", "/mnt/models", "--model-name", args.modelName, "--port", String(port)],
    ports: [{ containerPort: port, protocol: "TCP" }],
    readinessProbe: { httpGet: { path: "/v2/health/ready", port }, periodSeconds: 2, failureThreshold: 3 },
    livenessProbe: { httpGet: { path: "/v2/health/live", port }, periodSeconds: 10, timeoutSeconds: 5 },
    startupProbe: { httpGet: { path: "/v2/health/live", port }, periodSeconds: 2, failureThreshold: 60 },
    lifecycle: beforeStop,
    resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { memory: "2Gi" } },
    securityContext: containerSecurity,
    volumeMounts: [{ name: temporary.volume.name, mountPath: temporary.mountPath }],
  };
}
