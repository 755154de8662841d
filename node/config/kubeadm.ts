/** What kubeadm is asked for. */
import { stringify } from "yaml";
import { cgroupName, cgroupPath } from "../cgroups";
import { type HostTraits } from "../host";
import { type NodePaths } from "../paths";
import { type NodeSettings } from "../settings";
import { type NodeNetwork } from "../subnets";

/** Port of the API server inside the node's network. */
export const API_PORT = 6443;
const TEN_YEARS = "87600h0m0s";
const PLUGINS_DIR = "/var/lib/kubelet/volume-plugins";

type Arguments = Record<string, string>;
const listed = (args: Arguments) => Object.entries(args).map(([name, value]) => ({ name, value }));

function kubeletConfiguration(paths: NodePaths, traits: HostTraits): object {
  return {
    apiVersion: "kubelet.config.k8s.io/v1beta1",
    kind: "KubeletConfiguration",
    cgroupDriver: "cgroupfs",
    cgroupRoot: cgroupPath(cgroupName(paths.stateDir)),
    ...(traits.cgroupVersion === 1 ? { failCgroupV1: false } : {}),
    ...(traits.mayLowerOomScore ? {} : { oomScoreAdj: 0 }),
    containerRuntimeEndpoint: `unix://${paths.containerdSocket}`,
    resolvConf: "/etc/resolv.conf",
    volumePluginDir: PLUGINS_DIR,
    failSwapOn: false,
    // One person's node: a pod may use whatever processor time is idle, beyond its limit, too.
    cpuCFSQuota: false,
    enforceNodeAllocatable: [],
    maxPods: 200,
    serializeImagePulls: false,
    // Shares of a big disk that the machine's owner fills are no measure; what matters is that writing still works.
    evictionHard: {
      "memory.available": "100Mi",
      "nodefs.available": "512Mi",
      "imagefs.available": "512Mi",
      "nodefs.inodesFree": "1%",
      "imagefs.inodesFree": "1%",
    },
    // Images that were loaded from this machine cannot be pulled again from anywhere: none is collected.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    rotateCertificates: true,
    shutdownGracePeriod: "0s",
  };
}

function kubeProxyConfiguration(network: NodeNetwork): object {
  return {
    apiVersion: "kubeproxy.config.k8s.io/v1alpha1",
    kind: "KubeProxyConfiguration",
    mode: "iptables",
    clusterCIDR: network.pods,
    // The table's size is the machine's, not a network namespace's.
    conntrack: { maxPerCore: 0, min: 0 },
  };
}

function clusterConfiguration(settings: NodeSettings, network: NodeNetwork): object {
  return {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "ClusterConfiguration",
    clusterName: settings.name,
    kubernetesVersion: `v${settings.kubernetesVersion}`,
    encryptionAlgorithm: "ECDSA-P256",
    certificateValidityPeriod: TEN_YEARS,
    caCertificateValidityPeriod: TEN_YEARS,
    networking: { podSubnet: network.pods, serviceSubnet: network.services },
    apiServer: { certSANs: ["127.0.0.1", "localhost", settings.name] },
    controllerManager: {
      extraArgs: listed({
        "leader-elect": "false",
        "flex-volume-plugin-dir": PLUGINS_DIR,
        "node-cidr-mask-size": `${network.podsPrefix}`,
      }),
    },
    scheduler: { extraArgs: listed({ "leader-elect": "false" }) },
  };
}

/** kubeadm's configuration for `kubeadm init`. */
export function kubeadmConfig(
  settings: NodeSettings,
  paths: NodePaths,
  network: NodeNetwork,
  traits: HostTraits,
): string {
  const init = {
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "InitConfiguration",
    localAPIEndpoint: { advertiseAddress: network.node, bindPort: API_PORT },
    nodeRegistration: {
      name: settings.name,
      criSocket: `unix://${paths.containerdSocket}`,
      imagePullPolicy: "Never",
      taints: [],
      kubeletExtraArgs: listed({ "node-ip": network.node }),
    },
    patches: { directory: patchesDir(paths) },
  };
  const parts = [
    init,
    clusterConfiguration(settings, network),
    kubeletConfiguration(paths, traits),
    kubeProxyConfiguration(network),
  ];
  return parts.map((part) => stringify(part)).join("---\n");
}

/** kubeadm's configuration for `kubeadm upgrade apply`; what the cluster is, it reads from the cluster. */
export function kubeadmUpgradeConfig(paths: NodePaths): string {
  return stringify({
    apiVersion: "kubeadm.k8s.io/v1beta4",
    kind: "UpgradeConfiguration",
    apply: {
      patches: { directory: patchesDir(paths) },
      imagePullPolicy: "Never",
      ignorePreflightErrors: ["all"],
      forceUpgrade: true,
      allowExperimentalUpgrades: true,
    },
  });
}

/** Folder of the patches below. */
export function patchesDir(paths: NodePaths): string {
  return `${paths.config}/patches`;
}

/**
 * Patches of what kubeadm makes, by file name. The control plane asks for 850 of a two-core machine's 2000 millicores, which it
 * would keep from pods for nothing; and one CoreDNS serves one node.
 */
export function kubeadmPatches(): Record<string, string> {
  const container = (name: string) => ({ name, resources: { requests: { cpu: "20m" } } });
  const statics = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"];
  // Asked every ten seconds, as by default, it is known to be ready ten seconds late.
  const dns = { ...container("coredns"), readinessProbe: { periodSeconds: 1 } };
  return {
    ...Object.fromEntries(
      statics.map((name) => [`${name}+strategic.yaml`, stringify({ spec: { containers: [container(name)] } })]),
    ),
    "corednsdeployment+strategic.yaml": stringify({ spec: { replicas: 1, template: { spec: { containers: [dns] } } } }),
  };
}
