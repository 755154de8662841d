import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Bucket, type ObjectStoreConnection } from "../storage";
import { mirrored } from "../objects/imageMirror";
import type { Component, ComponentContext, ObjectStoreHandle } from "./component";
import { minioEndpoints, minioImages } from "./minioServer";
import { containerSecurity, podSecurity, rotationAnnotation } from "./podPatches";
import { StoreUser, artifactSecret } from "./storeUser";

const namespace = "kubeflow";
const labels = { app: "minio", "app.kubernetes.io/name": "minio" };
const api = { name: "http", port: 9000, targetPort: 9000, protocol: "TCP" };
const console_ = { name: "console", port: 9001, targetPort: 9001, protocol: "TCP" };
/** The folder of the root credentials: files, so that no environment shows them. */
const secrets = "/run/secrets/minio";

/**
 * MinIO: object storage on a persistent volume, as `minio-service:9000` and `minio:9000`, with generated root credentials.
 * Needs a default storage class.
 */
class ObjectStore extends pulumi.ComponentResource implements Component, ObjectStoreHandle {
  readonly endpoint: string;
  readonly root: { readonly accessKey: pulumi.Output<string>; readonly secretKey: pulumi.Output<string> };
  readonly connection: ObjectStoreConnection;
  readonly bucket: pulumi.Output<string>;
  readonly ready: readonly pulumi.Resource[];
  readonly objectStore = this;

  constructor(name: string, context: ComponentContext, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:platform:ObjectStore", name, {}, opts);
    const { settings, childOptions, around } = context;
    const child = { ...childOptions, parent: this, dependsOn: [...around] };
    // The access key is a name and stays. If it changed as well, the old root could not be removed: only it may do that.
    const keepers = { rotation: String(settings.rotation) };
    const accessKey = new random.RandomPassword(`${name}-access-key`, { length: 20, special: false }, { parent: this });
    const secretKey = new random.RandomPassword(
      `${name}-secret-key`,
      { length: 40, special: false, keepers },
      { parent: this },
    );
    this.root = { accessKey: accessKey.result, secretKey: secretKey.result };

    const secret = new k8s.core.v1.Secret(
      `${name}-root`,
      {
        metadata: { name: "minio-root", namespace, labels },
        stringData: { user: accessKey.result, password: secretKey.result },
      },
      child,
    );
    const volume = new k8s.core.v1.PersistentVolumeClaim(
      `${name}-data`,
      {
        metadata: {
          name: "minio-data",
          namespace,
          labels,
          // A class that binds with the first pod leaves the claim pending until then.
          annotations: { "pulumi.com/skipAwait": "true" },
        },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: settings.objectStoreSize } } },
      },
      child,
    );
    const deployment = new k8s.apps.v1.Deployment(
      name,
      {
        metadata: { name: "minio", namespace, labels },
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          // Two servers must never share the volume.
          strategy: { type: "Recreate" },
          template: {
            metadata: {
              // No sidecar: clients outside the mesh connect too, and an injected proxy would refuse them. Credentials control access.
              labels: { ...labels, "sidecar.istio.io/inject": "false" },
              // Rotated credentials are read at the start only.
              annotations: rotationAnnotation(settings.rotation),
            },
            spec: {
              automountServiceAccountToken: false,
              securityContext: podSecurity(),
              containers: [container(settings.imageMirror)],
              volumes: [
                { name: "data", persistentVolumeClaim: { claimName: volume.metadata.name } },
                { name: "root", secret: { secretName: secret.metadata.name } },
                { name: "home", emptyDir: {} },
              ],
            },
          },
        },
      },
      child,
    );
    // Waiting for a Service times out unless its pods are there; among thousands of objects that may take long.
    const served = { ...child, dependsOn: [deployment] };
    const services = ["minio-service", "minio", ...context.objectStoreAliases].map(
      (serviceName) =>
        new k8s.core.v1.Service(
          `${name}-${serviceName}`,
          { metadata: { name: serviceName, namespace, labels }, spec: { selector: labels, ports: [api, console_] } },
          served,
        ),
    );
    const published = publish(name, served);
    const reachable = new k8s.networking.v1.NetworkPolicy(
      `${name}-reachable`,
      {
        metadata: { name: "minio", namespace, labels },
        // Kubeflow closes the namespace to others; users' pipelines and this machine are outside it.
        spec: {
          podSelector: { matchLabels: labels },
          policyTypes: ["Ingress"],
          ingress: [{ ports: [api, console_].map(({ targetPort, protocol }) => ({ port: targetPort, protocol })) }],
        },
      },
      child,
    );
    this.endpoint = "http://minio-service.kubeflow:9000";
    this.connection = { endpoint: context.published(minioEndpoints.api.name), ...this.root };
    const bucket = new Bucket(
      `${name}-mlpipeline`,
      { ...this.connection, bucket: "mlpipeline" },
      { ...child, dependsOn: [deployment, published] },
    );
    this.bucket = bucket.bucket;
    // For Kubeflow's own components: a user that reaches the bucket and nothing else.
    const artifacts = new StoreUser(
      `${name}-artifacts`,
      {
        connection: this.connection,
        bucket: bucket.bucket,
        access: "readwrite",
        rotation: settings.rotation,
        secret: { ...artifactSecret, namespace, labels },
      },
      child,
    );
    this.ready = [deployment, ...services, published, reachable, bucket, ...artifacts.ready];
    this.registerOutputs({});
  }
}

/** Creates MinIO in the namespace `kubeflow`. */
export const createObjectStore = (context: ComponentContext): Component =>
  new ObjectStore("minio", context, { parent: context.parent });

function container(mirror: string | undefined): k8s.types.input.core.v1.Container {
  const probe = (path: string) => ({ httpGet: { path: `/minio/health/${path}`, port: "http" } });
  return {
    name: "minio",
    image: mirrored(minioImages.server, mirror),
    imagePullPolicy: "IfNotPresent",
    command: ["minio", "server", "/data", "--address", ":9000", "--console-address", ":9001"],
    env: [
      { name: "MINIO_ROOT_USER_FILE", value: `${secrets}/user` },
      { name: "MINIO_ROOT_PASSWORD_FILE", value: `${secrets}/password` },
      { name: "HOME", value: "/home/minio" },
      { name: "MINIO_UPDATE", value: "off" },
    ],
    ports: [
      { name: "http", containerPort: 9000, protocol: "TCP" },
      { name: "console", containerPort: 9001, protocol: "TCP" },
    ],
    // "ready" answers from the start, while the S3 API still returns 503.
    readinessProbe: { ...probe("cluster"), periodSeconds: 2, failureThreshold: 30 },
    livenessProbe: { ...probe("live"), initialDelaySeconds: 30, periodSeconds: 20 },
    resources: { requests: { cpu: "50m", memory: "128Mi" }, limits: { memory: "2Gi" } },
    securityContext: containerSecurity(),
    volumeMounts: [
      { name: "data", mountPath: "/data" },
      { name: "root", mountPath: secrets, readOnly: true },
      { name: "home", mountPath: "/home/minio" },
    ],
  };
}

function publish(name: string, opts: pulumi.CustomResourceOptions): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    `${name}-published`,
    {
      metadata: { name: "minio-published", namespace, labels },
      spec: {
        type: "NodePort",
        selector: labels,
        ports: [
          { ...api, nodePort: minioEndpoints.api.nodePort },
          { ...console_, nodePort: minioEndpoints.console.nodePort },
        ],
      },
    },
    opts,
  );
}
