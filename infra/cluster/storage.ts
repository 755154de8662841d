import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { nodeImages } from "../versions";

const NAMESPACE = "local-path-storage";
const NAME = "local-path-provisioner";
const CONFIG_DIR = "/etc/config";
/** The local node's own /opt: a folder of its state. */
const VOLUMES_DIR = "/opt/local-path-provisioner";

/** The provisioner's rights, as in upstream's deployment. */
const rules = [
  {
    apiGroups: [""],
    resources: ["nodes", "persistentvolumeclaims", "configmaps", "pods", "pods/log"],
    verbs: ["get", "list", "watch"],
  },
  {
    apiGroups: [""],
    resources: ["persistentvolumes"],
    verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
  },
  { apiGroups: [""], resources: ["events"], verbs: ["create", "patch"] },
  { apiGroups: ["storage.k8s.io"], resources: ["storageclasses"], verbs: ["get", "list", "watch"] },
];

/** The pod that creates and deletes a volume's folder on the node. */
const helperPod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "helper-pod" },
  spec: {
    priorityClassName: "system-node-critical",
    tolerations: [{ key: "node.kubernetes.io/disk-pressure", operator: "Exists", effect: "NoSchedule" }],
    containers: [{ name: "helper-pod", image: nodeImages.localPathHelper, imagePullPolicy: "IfNotPresent" }],
  },
};

/** Children are deleted with what the component is deleted with. */
function withNode(opts?: pulumi.ComponentResourceOptions): Pick<pulumi.CustomResourceOptions, "deletedWith"> {
  return opts?.deletedWith ? { deletedWith: opts.deletedWith } : {};
}

/**
 * Volumes on the local node's disk: rancher's local-path-provisioner and its StorageClass `local-path`, the default one.
 * A claim is bound when its first pod is scheduled. A volume is deleted with its claim.
 */
export class LocalPathStorage extends pulumi.ComponentResource {
  readonly storageClass: k8s.storage.v1.StorageClass;

  constructor(name: string, args: { provider: k8s.Provider }, opts?: pulumi.ComponentResourceOptions) {
    super("kubeflow-stack:cluster:LocalPathStorage", name, {}, opts);
    const within = { parent: this, provider: args.provider, ...withNode(opts) };
    const metadata = { name: NAME, namespace: NAMESPACE };

    const namespace = new k8s.core.v1.Namespace(`${name}-namespace`, { metadata: { name: NAMESPACE } }, within);
    const inside = { ...within, dependsOn: [namespace] };
    const account = new k8s.core.v1.ServiceAccount(`${name}-account`, { metadata }, inside);
    const clusterRole = new k8s.rbac.v1.ClusterRole(`${name}-role`, { metadata: { name: NAME }, rules }, within);
    const subjects = [{ kind: "ServiceAccount", name: NAME, namespace: NAMESPACE }];
    const clusterBinding = new k8s.rbac.v1.ClusterRoleBinding(
      `${name}-binding`,
      {
        metadata: { name: NAME },
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: NAME },
        subjects,
      },
      { ...within, dependsOn: [clusterRole] },
    );
    const role = new k8s.rbac.v1.Role(
      `${name}-helpers-role`,
      {
        metadata,
        rules: [
          {
            apiGroups: [""],
            resources: ["pods"],
            verbs: ["get", "list", "watch", "create", "patch", "update", "delete"],
          },
        ],
      },
      inside,
    );
    const binding = new k8s.rbac.v1.RoleBinding(
      `${name}-helpers-binding`,
      { metadata, roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: NAME }, subjects },
      { ...within, dependsOn: [role] },
    );
    const config = new k8s.core.v1.ConfigMap(
      `${name}-config`,
      {
        metadata: { name: "local-path-config", namespace: NAMESPACE },
        data: {
          "config.json": JSON.stringify({
            nodePathMap: [{ node: "DEFAULT_PATH_FOR_NON_LISTED_NODES", paths: [VOLUMES_DIR] }],
          }),
          setup: '#!/bin/sh\nset -eu\nmkdir -m 0777 -p "$VOL_DIR"\n',
          teardown: '#!/bin/sh\nset -eu\nrm -rf "$VOL_DIR"\n',
          "helperPod.yaml": JSON.stringify(helperPod),
        },
      },
      inside,
    );
    new k8s.apps.v1.Deployment(
      `${name}-deployment`,
      {
        metadata,
        spec: {
          replicas: 1,
          selector: { matchLabels: { app: NAME } },
          template: {
            metadata: { labels: { app: NAME } },
            spec: {
              serviceAccountName: NAME,
              securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: "RuntimeDefault" } },
              containers: [
                {
                  name: NAME,
                  image: nodeImages.localPathProvisioner,
                  imagePullPolicy: "IfNotPresent",
                  command: ["local-path-provisioner", "start", "--config", `${CONFIG_DIR}/config.json`],
                  args: ["--service-account-name", NAME],
                  env: [
                    { name: "POD_NAMESPACE", valueFrom: { fieldRef: { fieldPath: "metadata.namespace" } } },
                    { name: "CONFIG_MOUNT_PATH", value: `${CONFIG_DIR}/` },
                  ],
                  securityContext: {
                    allowPrivilegeEscalation: false,
                    readOnlyRootFilesystem: true,
                    capabilities: { drop: ["ALL"] },
                  },
                  volumeMounts: [{ name: "config", mountPath: CONFIG_DIR, readOnly: true }],
                },
              ],
              volumes: [{ name: "config", configMap: { name: "local-path-config" } }],
            },
          },
        },
      },
      { ...within, dependsOn: [account, clusterBinding, binding, config] },
    );
    this.storageClass = new k8s.storage.v1.StorageClass(
      `${name}-class`,
      {
        metadata: { name: "local-path", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
        provisioner: "rancher.io/local-path",
        volumeBindingMode: "WaitForFirstConsumer",
        reclaimPolicy: "Delete",
      },
      // Does not wait for the provisioner: a claim created before its class may get it too late for its pod to be scheduled soon.
      within,
    );
    this.registerOutputs({ storageClass: this.storageClass.metadata.name });
  }
}
