import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { Profile } from "../../crds";
import { type Settings, contributorsOf } from "../../settings";
import { ArtifactUser } from "../artifactUser";
import type { ObjectStore } from "../objectStore";
import { contributor } from "./contributor";

export interface UserProfileArgs {
  readonly profile: Settings["profiles"][number];
  /** Everybody who may log in; who is in one of the profile's groups contributes to it. */
  readonly users: Settings["users"];
  readonly objectStore: Pick<ObjectStore, "connection" | "bucket">;
  /** Raising it replaces the namespace's credentials of the object store. */
  readonly rotation: number;
  /** What there must be before a Profile is made. */
  readonly needs: readonly pulumi.Resource[];
  /** Whether to wait for the profile's namespace. Without it, what lies in there is left out. */
  readonly awaited: boolean;
  readonly childOptions: Pick<pulumi.CustomResourceOptions, "deletedWith">;
}

/** The controller makes the namespace and all that is in it first, and puts this on the profile when it is through. */
const whenMade = { "pulumi.com/waitFor": "jsonpath={.metadata.finalizers[0]}=profile-finalizer" };

/**
 * A profile and what the stack keeps in its namespace: the rights of its contributors, and credentials of the object store that reach
 * what is the profile's own and what all share, for pipelines under Kubeflow's name and for KServe as the Secret `minio-kserve-secret`
 * and the ServiceAccount `sa-minio-kserve`. The namespace is the profile controller's.
 */
export class UserProfile extends pulumi.ComponentResource {
  readonly ready: readonly pulumi.Resource[];

  constructor(name: string, args: UserProfileArgs, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:platform:UserProfile", name, {}, opts);
    const { profile, awaited } = args;
    const child = { ...args.childOptions, parent: this };
    const made = new Profile(
      name,
      {
        metadata: { name: profile.name, annotations: awaited ? whenMade : { "pulumi.com/skipAwait": "true" } },
        spec: {
          owner: { kind: "User", name: profile.owner },
          // The controller writes it even when it is empty.
          resourceQuotaSpec: profile.quota ? { hard: profile.quota } : {},
        },
      },
      { ...child, dependsOn: [...args.needs] },
    );
    this.ready = awaited ? [made, ...this.content(name, args, { ...child, dependsOn: [made] })] : [made];
    this.registerOutputs({});
  }

  private content(name: string, args: UserProfileArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource[] {
    const { profile, users, objectStore, rotation } = args;
    const artifacts = new ArtifactUser(
      `${name}-artifacts`,
      {
        ...{ connection: objectStore.connection, bucket: objectStore.bucket, rotation, namespace: profile.name },
        prefix: `private-artifacts/${profile.name}`,
        alsoWrites: [`private/${profile.name}`, ...sharedFolders].map((prefix) => ({
          bucket: objectStore.bucket,
          prefix,
        })),
      },
      opts,
    );
    return [
      owned(name, profile, opts),
      ...artifacts.ready,
      ...kserveStorage(name, profile.name, artifacts, opts),
      ...contributorsOf(profile, users).flatMap((email) => contributor(profile.name, email, opts)),
    ];
  }
}

/** Folders of the bucket that every profile reaches: upstream's, and that of models, where the examples keep theirs. */
const sharedFolders = ["artifacts", "shared", "models"];

/** Tells the controller that a namespace is the owner's: one that it gave another before, it leaves to that one for good. */
function owned(
  name: string,
  { name: namespace, owner }: Settings["profiles"][number],
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  return new k8s.core.v1.NamespacePatch(
    `${name}-owner`,
    { metadata: { name: namespace, annotations: { owner } } },
    // The controller lets go of no profile whose namespace does not say whose it is.
    { ...opts, retainOnDelete: true },
  );
}

/** What an InferenceService in the namespace names as its service account to load models from the object store. */
function kserveStorage(
  name: string,
  namespace: string,
  credentials: Pick<ArtifactUser, "accessKey" | "secretKey">,
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
