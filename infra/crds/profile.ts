import type * as pulumi from "@pulumi/pulumi";
import type { ClusterMetadata } from "./metadata";
import { TypedResource } from "./typedResource";

/** Who a profile belongs to. */
export interface ProfileOwner {
  /** `User` for somebody who logs in; a `ServiceAccount` for a program. */
  readonly kind: pulumi.Input<"User" | "Group" | "ServiceAccount">;
  /** For a user, what the login gives as their identity: an e-mail address. */
  readonly name: pulumi.Input<string>;
  /** Default: `rbac.authorization.k8s.io` for users and groups, the core group for service accounts. */
  readonly apiGroup?: pulumi.Input<string>;
  /** A service account's namespace. */
  readonly namespace?: pulumi.Input<string>;
}

/** What the profile's namespace may use; as in a ResourceQuota, called `kf-resource-quota` there. */
export interface ProfileQuota {
  /** Quantities by what is counted, as in `{ "requests.cpu": "8", memory: "32Gi", "requests.nvidia.com/gpu": 1 }`. */
  readonly hard?: Readonly<Record<string, pulumi.Input<string | number>>>;
  /** Which pods are counted. Default: all. */
  readonly scopes?: readonly pulumi.Input<
    | "Terminating"
    | "NotTerminating"
    | "BestEffort"
    | "NotBestEffort"
    | "PriorityClass"
    | "CrossNamespacePodAffinity"
    | "VolumeAttributesClass"
  >[];
}

/** Credentials of a cloud for the namespace's service accounts. */
export interface ProfilePlugin {
  readonly kind: pulumi.Input<"WorkloadIdentity" | "AwsIamForServiceAccount">;
  /** `{ gcpServiceAccount }` for WorkloadIdentity, `{ awsIamRole, annotateOnly }` for AwsIamForServiceAccount. */
  readonly spec: Readonly<Record<string, pulumi.Input<string | boolean>>>;
}

export interface ProfileArgs {
  /** The profile's name is its namespace's. */
  readonly metadata: ClusterMetadata;
  readonly spec: {
    readonly owner: ProfileOwner;
    /** Default: no limits. */
    readonly resourceQuotaSpec?: ProfileQuota;
    readonly plugins?: readonly ProfilePlugin[];
  };
}

/**
 * A user's or a team's place in Kubeflow. The profile controller makes a namespace of its name, with service accounts, roles and Istio
 * policies: never declare that namespace as well. The controller says in a condition when it has failed, but not when it has succeeded; what it
 * does last is to put its finalizer on the Profile (`pulumi.com/waitFor: jsonpath={.metadata.finalizers[0]}=profile-finalizer`).
 */
export class Profile extends TypedResource {
  constructor(name: string, args: ProfileArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "kubeflow.org/v1", kind: "Profile" }, name, args, opts);
  }
}
