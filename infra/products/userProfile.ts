import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Profile } from "../crds";
import { type Values, contributorsOf } from "../settings";
import { StoreUser, artifactSecret } from "./storeUser";
import type { ObjectStoreHandle } from "./component";
import { contributor } from "./contributor";

export interface UserProfileArgs {
  readonly profile: Values["profiles"][number];
  /** All users; those in one of the profile's groups contribute to it. */
  readonly users: Values["users"];
  readonly objectStore: Pick<ObjectStoreHandle, "connection" | "bucket">;
  /** Raising it replaces the namespace's credentials of the object store. */
  readonly rotation: number;
  /** A Profile is created once these are there. */
  readonly needs: readonly pulumi.Resource[];
  /** Whether to wait for the profile's namespace. If not, its content is left out. */
  readonly awaited: boolean;
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
}

/** The controller adds this finalizer once it has created the namespace and its content. */
const onceCreated = { "pulumi.com/waitFor": "jsonpath={.metadata.finalizers[0]}=profile-finalizer" };

/**
 * A profile and what the stack keeps in its namespace: the rights of its contributors, and credentials of the object store that reach
 * the profile's own folders and the shared ones. Pipelines find them under Kubeflow's name, KServe as the Secret `minio-kserve-secret`
 * and the ServiceAccount `sa-minio-kserve`. The profile controller owns the namespace.
 */
export class UserProfile extends pulumi.ComponentResource {
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: UserProfileArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:platform:UserProfile", name, {}, opts);
    const { profile, awaited } = args;
    const child = { ...args.childOptions, parent: this };
    const created = new Profile(
      name,
      {
        metadata: { name: profile.name, annotations: awaited ? onceCreated : { "pulumi.com/skipAwait": "true" } },
        spec: {
          owner: { kind: "User", name: profile.owner },
          // The controller writes it even when it is empty.
          resourceQuotaSpec: profile.quota ? { hard: profile.quota } : {},
        },
      },
      { ...child, dependsOn: [...args.needs] },
    );
    this.ready = awaited ? [created, ...this.content(name, args, { ...child, dependsOn: [created] })] : [created];
    this.registerOutputs({});
  }

  private content(name: string, args: UserProfileArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const { profile, users, objectStore, rotation } = args;
    const artifacts = new StoreUser(
      `${name}-artifacts`,
      {
        connection: objectStore.connection,
        bucket: objectStore.bucket,
        access: "readwrite",
        rotation,
        secret: { ...artifactSecret, namespace: profile.name },
        prefix: `private-artifacts/${profile.name}`,
        alsoWrites: [`private/${profile.name}`, ...sharedFolders].map((prefix) => ({
          bucket: objectStore.bucket,
          prefix,
        })),
      },
      opts,
    );
    return [
      ownerOf(name, profile, opts),
      ...artifacts.ready,
      ...kserveStorage(name, profile.name, artifacts, opts),
      ...contributorsOf(profile, users).flatMap((email) => contributor(profile.name, email, opts)),
    ];
  }
}

/** Folders of the bucket that every profile reaches: upstream's, and `models`, where the examples keep theirs. */
const sharedFolders = ["artifacts", "shared", "models"];

/** Keeps the namespace's owner in step with the profile's: the controller sets it once and never changes it. */
function ownerOf(
  name: string,
  { name: namespace, owner }: Values["profiles"][number],
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new k8s.core.v1.NamespacePatch(
    `${name}-owner`,
    {
      metadata: {
        name: namespace,
        // The controller set the annotation first, and the provider that is built from its module has no `enablePatchForce`.
        annotations: { owner, "pulumi.com/patchForce": "true" },
      },
    },
    // The controller does not finish deleting a profile whose namespace has no owner.
    { ...opts, retainOnDelete: true },
  );
}

/** The service account with which InferenceServices of the namespace load models from the object store. */
function kserveStorage(
  name: string,
  namespace: string,
  credentials: Pick<StoreUser, "accessKey" | "secretKey">,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const secret = new k8s.core.v1.Secret(
    `${name}-kserve`,
    {
      metadata: {
        name: "minio-kserve-secret",
        namespace,
        annotations: {
          "serving.kserve.io/s3-endpoint": "minio-service.kubeflow:9000",
          "serving.kserve.io/s3-usehttps": "0",
          "serving.kserve.io/s3-region": "us-east-1",
          "serving.kserve.io/s3-useanoncredential": "false",
        },
      },
      stringData: { AWS_ACCESS_KEY_ID: credentials.accessKey, AWS_SECRET_ACCESS_KEY: credentials.secretKey },
    },
    opts,
  );
  const account = new k8s.core.v1.ServiceAccount(
    `${name}-kserve`,
    { metadata: { name: "sa-minio-kserve", namespace }, secrets: [{ name: secret.metadata.name }] },
    opts,
  );
  return [secret, account];
}
