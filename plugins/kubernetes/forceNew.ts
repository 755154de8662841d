/** Fields that cannot be changed in place: a change needs a new object. */
import { isMap, type PropertyMap, type Value } from "../base";
import { gvkOf, type Step } from "./object";

const DOTTED = /[^.[\]]+|\[\*\]/g;
const IDENTITY = ["metadata.name", "metadata.namespace"];

const SELECTOR = ["spec.selector"];
const JOB = ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"];
const STATEFUL_SET = [
  "spec.podManagementPolicy",
  "spec.revisionHistoryLimit",
  "spec.selector",
  "spec.serviceName",
  "spec.volumeClaimTemplates",
];
const ROLE_BINDING = ["roleRef"];

const VOLUME_SOURCES = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "glusterfs",
  "hostPath",
  "iscsi",
  "local",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

const POD_FIELDS = [
  "affinity",
  "automountServiceAccountToken",
  "dnsConfig",
  "dnsPolicy",
  "enableServiceLinks",
  "hostAliases",
  "hostIPC",
  "hostNetwork",
  "hostPID",
  "hostname",
  "imagePullSecrets",
  "nodeName",
  "nodeSelector",
  "overhead",
  "preemptionPolicy",
  "priority",
  "priorityClassName",
  "readinessGates",
  "restartPolicy",
  "runtimeClassName",
  "schedulerName",
  "securityContext",
  "serviceAccount",
  "serviceAccountName",
  "shareProcessNamespace",
  "subdomain",
  "terminationGracePeriodSeconds",
  "volumes",
];

const CONTAINER_FIELDS = [
  "args",
  "command",
  "env",
  "image",
  "imagePullPolicy",
  "lifecycle",
  "livenessProbe",
  "ports",
  "readinessProbe",
  "resources",
  "securityContext",
  "stdin",
  "stdinOnce",
  "terminationMessagePath",
  "terminationMessagePolicy",
  "tty",
  "volumeDevices",
  "volumeMounts",
  "workingDir",
];

/** By `group/version/kind`, the core group being empty. */
const BY_KIND: Record<string, readonly string[]> = {
  "apps/v1/DaemonSet": SELECTOR,
  "apps/v1/Deployment": SELECTOR,
  "apps/v1/StatefulSet": STATEFUL_SET,
  "batch/v1/Job": JOB,
  "rbac.authorization.k8s.io/v1/ClusterRoleBinding": ROLE_BINDING,
  "rbac.authorization.k8s.io/v1/RoleBinding": ROLE_BINDING,
  "storage.k8s.io/v1/StorageClass": ["parameters", "provisioner"],
  "/v1/PersistentVolume": VOLUME_SOURCES.map((source) => `spec.${source}`),
  "/v1/PersistentVolumeClaim": ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  "/v1/Pod": [
    ...POD_FIELDS.map((field) => `spec.${field}`),
    ...CONTAINER_FIELDS.flatMap((field) => [`spec.containers[*].${field}`, `spec.initContainers[*].${field}`]),
  ],
  "/v1/ResourceQuota": ["spec.scopes"],
  "/v1/Secret": ["type"],
  "/v1/Service": ["spec.clusterIP"],
};

/** What of a provider's settings decides on replacements. */
export interface Mutability {
  enableConfigMapMutable: boolean;
  enableSecretMutable: boolean;
}

/** The paths whose change replaces an object. */
export function forceNewPaths(object: PropertyMap, mutability: Mutability, isPatch: boolean): string[][] {
  const paths = [...IDENTITY];
  if (!isPatch) {
    const { group, version, kind } = gvkOf(object);
    const fixed = object["immutable"] === true;
    paths.push(...(BY_KIND[`${group}/${version}/${kind}`] ?? []));
    if (group === "" && kind === "Secret" && (fixed || !mutability.enableSecretMutable))
      paths.push("data", "stringData");
    if (group === "" && kind === "ConfigMap" && (fixed || !mutability.enableConfigMapMutable)) {
      paths.push("data", "binaryData");
    }
  }
  return paths.map((path) => path.match(DOTTED) ?? []);
}

/**
 * Whether a change at a path touches a field that cannot be changed.
 * @param path where the change is
 * @param value what is there now; a fixed field inside of it counts too
 */
export function forcesNew(path: readonly Step[], value: Value | undefined, fixedPaths: readonly string[][]): boolean {
  return fixedPaths.some((fixed) => {
    const common = Math.min(path.length, fixed.length);
    for (let i = 0; i < common; i++) {
      const want = fixed[i];
      if (want === "[*]" ? typeof path[i] !== "number" : want !== path[i]) return false;
    }
    return fixed.length <= path.length || holds(value, fixed.slice(path.length));
  });
}

function holds(value: Value | undefined, path: readonly string[]): boolean {
  const [step, ...rest] = path;
  if (step === undefined) return value !== undefined;
  if (step === "[*]") return Array.isArray(value) && value.some((item) => holds(item, rest));
  return isMap(value) && holds(value[step], rest);
}
