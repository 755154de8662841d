import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { Bucket, type ObjectStoreConnection } from "../storage";
import { platform } from "../versions";
import { ArtifactUser } from "./artifactUser";
import { mirrored } from "./imageMirror";
import { containerSecurity, podSecurity } from "./podPatches";
import { rotationAnnotation } from "./rotation";

export interface ObjectStoreArgs {
  /** The namespace `kubeflow`, where Kubeflow's components look for it, and what there must be before a volume is claimed. */
  readonly around: readonly pulumi.Resource[];
  /** Options of every resource that is not a component. */
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
  /** The size of its volume, as in `10Gi`. */
  readonly size: string;
  /** Raising it replaces the credentials. */
  readonly rotation: number;
  /** The store's address from this machine. */
  readonly publishedUrl: pulumi.Input<string>;
  /** Further names of its Service, for programs that know the store by another. Default: none. */
  readonly aliases?: readonly string[];
  /** The registry that its image is taken from. Default: its own. */
  readonly imageMirror?: string | undefined;
  /** Node ports on which the store and its console are published. */
  readonly nodePorts: { readonly api: number; readonly console: number };
}

const namespace = "kubeflow";
const labels = { app: "minio", "app.kubernetes.io/name": "minio" };
const api = { name: "http", port: 9000, targetPort: 9000, protocol: "TCP" };
const console_ = { name: "console", port: 9001, targetPort: 9001, protocol: "TCP" };
/** Where the root credentials are mounted: files, so that no environment shows them. */
const secrets = "/run/secrets/minio";

/**
 * MinIO: object storage on a persistent volume, as `minio-service:9000` and `minio:9000`, with generated root credentials.
 * Needs a default storage class. Ready when it answers its own readiness question.
 */
export class ObjectStore extends pulumi.ComponentResource {
  /** Its S3 endpoint inside the cluster. */
  readonly endpoint: string;
  /** Its root credentials; for making buckets and users, not for workloads. */
  readonly root: { readonly accessKey: pulumi.Output<string>; readonly secretKey: pulumi.Output<string> };
  /** The store as this machine sees it, and its administrator. */
  readonly connection: ObjectStoreConnection;
  /** The bucket that Kubeflow's components keep their things in. */
  readonly bucket: pulumi.Output<string>;
  /** What there must be before the store is used. */
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: ObjectStoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:platform:ObjectStore", name, {}, opts);
    const child = { ...args.childOptions, parent: this, dependsOn: [...args.around] };
    // The access key is a name and stays. Were it to change as well, the old user would have to be removed by the old root, who is gone.
    const keepers = { rotation: String(args.rotation) };
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
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: args.size } } },
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
              // Whoever has credentials may ask, within the mesh or not, which its proxy would not let them.
              labels: { ...labels, "sidecar.istio.io/inject": "false" },
              // Rotated credentials are read at the start only.
              annotations: rotationAnnotation(args.rotation),
            },
            spec: {
              automountServiceAccountToken: false,
              securityContext: podSecurity(),
              containers: [container(args.imageMirror)],
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
    // The time that a Service is waited for begins once there are pods; among thousands of objects that may be long after.
    const served = { ...child, dependsOn: [deployment] };
    const services = ["minio-service", "minio", ...(args.aliases ?? [])].map(
      (serviceName) =>
        new k8s.core.v1.Service(
          `${name}-${serviceName}`,
          { metadata: { name: serviceName, namespace, labels }, spec: { selector: labels, ports: [api, console_] } },
          served,
        ),
    );
    const published = publish(name, args.nodePorts, served);
    const reachable = new k8s.networking.v1.NetworkPolicy(
      `${name}-reachable`,
      {
        metadata: { name: "minio", namespace, labels },
        // Kubeflow closes the namespace to others; users' pipelines and this machine come from elsewhere.
        spec: {
          podSelector: { matchLabels: labels },
          policyTypes: ["Ingress"],
          ingress: [{ ports: [api, console_].map(({ targetPort, protocol }) => ({ port: targetPort, protocol })) }],
        },
      },
      child,
    );
    this.endpoint = "http://minio-service.kubeflow:9000";
    this.connection = { endpoint: args.publishedUrl, ...this.root };
    const bucket = new Bucket(
      `${name}-mlpipeline`,
      { ...this.connection, bucket: "mlpipeline" },
      { ...child, dependsOn: [deployment, published] },
    );
    this.bucket = bucket.bucket;
    // For Kubeflow's own components: a user that reaches the bucket and nothing else.
    const artifacts = new ArtifactUser(
      `${name}-artifacts`,
      { connection: this.connection, bucket: bucket.bucket, rotation: args.rotation, namespace, labels },
      child,
    );
    this.ready = [deployment, ...services, published, reachable, bucket, ...artifacts.ready];
    this.registerOutputs({});
  }
}

function container(mirror: string | undefined): k8s.types.input.core.v1.Container {
  const probe = (path: string) => ({ httpGet: { path: `/minio/health/${path}`, port: "http" } });
  return {
    name: "minio",
    image: mirrored(platform.minio.images.server, mirror),
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
    // "ready" answers from the first moment on, when the S3 API still says 503.
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

function publish(
  name: string,
  nodePorts: { readonly api: number; readonly console: number },
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.Service {
  return new k8s.core.v1.Service(
    `${name}-published`,
    {
      metadata: { name: "minio-published", namespace, labels },
      spec: {
        type: "NodePort",
        selector: labels,
        ports: [
          { ...api, nodePort: nodePorts.api },
          { ...console_, nodePort: nodePorts.console },
        ],
      },
    },
    opts,
  );
}
