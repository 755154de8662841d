/** Which kinds the API server serves, and where. */
import { isMap, type PropertyMap } from "../base";
import { isNotFound, NoSuchKindError } from "./apiError";
import { type KubeClient } from "./client";
import { apiVersionOf, gvkOf, type Gvk, kindOf, listAt, namespaceOf, nameOf, textAt } from "./object";

/** Where a kind is served. */
export interface Served {
  plural: string;
  namespaced: boolean;
}

/** Kinds of built-in groups that have no namespace. Told apart without asking, so previews work with no cluster. */
const CLUSTER_SCOPED = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "ClusterTrustBundle",
  "CustomResourceDefinition",
  "DeviceClass",
  "FlowSchema",
  "IPAddress",
  "IngressClass",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "ResourceSlice",
  "RuntimeClass",
  "ServiceCIDR",
  "StorageClass",
  "StorageVersion",
  "StorageVersionMigration",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
  "VolumeAttributesClass",
]);

/** Groups that come with Kubernetes itself. Others ending in k8s.io (gateway, metrics) are defined by CRDs. */
const BUILT_IN_GROUPS = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "apps",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling",
  "batch",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "extensions",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",
]);

/** Whether the group comes with Kubernetes, so that its objects have a fixed schema. */
export function isBuiltInGroup(group: string): boolean {
  return BUILT_IN_GROUPS.has(group);
}

/** Whether objects of a built-in kind live in a namespace. */
export function isNamespacedBuiltIn(kind: string): boolean {
  return !CLUSTER_SCOPED.has(kind);
}

/** Asks the API server for its kinds, and remembers the answers. */
export class Discovery {
  private readonly groups = new Map<string, Promise<Map<string, Served>>>();

  constructor(private readonly client: KubeClient) {}

  /** Forgets everything: a CustomResourceDefinition has been made or changed. */
  reset(): void {
    this.groups.clear();
  }

  /** Where a kind is served. Throws NoSuchKindError; what is missing is asked for anew the next time. */
  async find(gvk: Gvk, signal?: AbortSignal): Promise<Served> {
    const apiVersion = gvk.group === "" ? gvk.version : `${gvk.group}/${gvk.version}`;
    const known = await this.groups.get(apiVersion)?.catch(() => undefined);
    const served = known?.get(gvk.kind) ?? (await this.fetch(gvk, apiVersion, known, signal)).get(gvk.kind);
    if (served === undefined) throw new NoSuchKindError(apiVersion, gvk.kind);
    return served;
  }

  /** Whether the API server serves the kind now. An unreachable server serves none. */
  async exists(gvk: Gvk): Promise<boolean> {
    return this.find(gvk).then(
      () => true,
      () => false,
    );
  }

  /** Whether objects of the kind live in a namespace. Kinds not known yet count as namespaced. */
  async isNamespaced(gvk: Gvk): Promise<boolean> {
    if (isBuiltInGroup(gvk.group)) return isNamespacedBuiltIn(gvk.kind);
    return this.find(gvk).then(
      (served) => served.namespaced,
      () => true,
    );
  }

  /** The path of the collection an object belongs to. */
  async collectionOf(object: PropertyMap, signal?: AbortSignal): Promise<string> {
    const served = await this.find(gvkOf(object), signal);
    const base = groupPath(gvkOf(object));
    return served.namespaced
      ? `${base}/namespaces/${namespaceOf(object) || "default"}/${served.plural}`
      : `${base}/${served.plural}`;
  }

  /** The path of an object. */
  async pathOf(object: PropertyMap, signal?: AbortSignal): Promise<string> {
    const name = nameOf(object);
    if (name === "") throw new Error(`A ${kindOf(object)} of ${apiVersionOf(object)} has no metadata.name; set one.`);
    return `${await this.collectionOf(object, signal)}/${encodeURIComponent(name)}`;
  }

  private async fetch(
    gvk: Gvk,
    apiVersion: string,
    known: Map<string, Served> | undefined,
    signal?: AbortSignal,
  ): Promise<Map<string, Served>> {
    const cached = this.groups.get(apiVersion);
    // Several resources of a group ask at once; one answer serves them, unless it is the one that lacks the kind.
    if (cached !== undefined && (await cached.catch(() => undefined)) !== known) return cached;
    const answer = this.client.request({ path: groupPath(gvk), signal }).then(
      (list) => kindsOf(list),
      (error: unknown) => {
        if (isNotFound(error)) return new Map<string, Served>();
        throw error;
      },
    );
    this.groups.set(apiVersion, answer);
    answer.catch(() => this.groups.delete(apiVersion));
    return answer;
  }
}

function groupPath(gvk: Gvk): string {
  return gvk.group === "" ? `/api/${gvk.version}` : `/apis/${gvk.group}/${gvk.version}`;
}

function kindsOf(list: PropertyMap): Map<string, Served> {
  const kinds = new Map<string, Served>();
  for (const resource of listAt(list, "resources")) {
    const plural = textAt(resource, "name");
    // `pods/log` and such are parts of a resource, not kinds of their own.
    if (plural.includes("/") || !isMap(resource)) continue;
    kinds.set(textAt(resource, "kind"), { plural, namespaced: resource["namespaced"] === true });
  }
  return kinds;
}
