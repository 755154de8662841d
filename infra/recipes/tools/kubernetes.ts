import { tools } from "../../versions";
import { arch } from "../../../toolchain/home";
import type { GoSource, MachineSource, Tool } from "../../../toolchain/types";
import { define } from "./define";

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
const kubernetesCommand = (program: string): string => `k8s.io/kubernetes/cmd/${program}`;

/** How programs of a Kubernetes version are built; the node's programs and those of the control plane's images share it. */
function kubernetesBuild(version: string, programs: readonly string[]): GoSource {
  const [major = "", minor = "", patch = ""] = version.split(".");
  return {
    kind: "go",
    workspace: "kubernetes",
    version: `v${version}`,
    resolves: [
      "kubeadm",
      "kubelet",
      "kubectl",
      "kube-apiserver",
      "kube-controller-manager",
      "kube-scheduler",
      "kube-proxy",
    ].map(kubernetesCommand),
    replace: Object.fromEntries(staging.map((name) => [`k8s.io/${name}`, `k8s.io/${name} v0.${minor}.${patch}`])),
    // Without these the node reports v0.0.0-master, and kubeadm refuses.
    variables: {
      [`${versionPackage}.gitVersion`]: `v${version}`,
      [`${versionPackage}.gitMajor`]: major,
      [`${versionPackage}.gitMinor`]: minor,
      [`${versionPackage}.gitTreeState`]: "clean",
      [`${versionPackage}.gitCommit`]: `v${version}`,
      [`${versionPackage}.buildDate`]: "2026-01-01T00:00:00Z",
    },
    programs: Object.fromEntries(programs.map((name) => [name, kubernetesCommand(name)])),
  };
}

/** Programs of a Kubernetes version, as one tool. */
const kubernetesTool = (version: string, programs: readonly string[], machine: MachineSource): Tool => ({
  version,
  programs,
  machine,
  official: {
    files: programs.map((program) => {
      const url = `https://dl.k8s.io/release/v${version}/bin/linux/${arch}/${program}`;
      return { url, sha256: { publishedAt: `${url}.sha256` }, programs: program };
    }),
  },
  registries: kubernetesBuild(version, programs),
});

const nodePrograms = ["kubeadm", "kubelet", "kubectl"];
const nodeTool = (version: string): Tool =>
  kubernetesTool(version, nodePrograms, { asks: "kubeadm", args: ["version", "-o", "short"], exactly: version });
const controlPlanePrograms = ["kube-controller-manager", "kube-scheduler", "kube-proxy"];

type Earlier = (typeof kubernetes.earlier)[number];
const earlier = Object.fromEntries(
  kubernetes.earlier.flatMap((version): [string, Tool][] => [
    [`kubernetes-${version}`, nodeTool(version)],
    [
      `control-plane-${version}`,
      kubernetesTool(version, ["kube-apiserver", ...controlPlanePrograms], {
        asks: "kube-apiserver",
        exactly: version,
      }),
    ],
  ]),
) as Record<`${"kubernetes" | "control-plane"}-${Earlier}`, Tool>;

/** Kubernetes itself, and what its control plane runs beside it. */
export const kubernetesTools = define({
  kubernetes: nodeTool(kubernetes.version),
  ...earlier,
  // The node runs it from its image; the tests run it by itself.
  "kube-apiserver": kubernetesTool(kubernetes.version, ["kube-apiserver"], {
    asks: "kube-apiserver",
    exactly: kubernetes.version,
  }),
  // Likewise.
  "control-plane": kubernetesTool(kubernetes.version, controlPlanePrograms, {
    asks: "kube-controller-manager",
    exactly: kubernetes.version,
  }),
  // Simulates nodes and their pods, for tests and benches.
  kwok: {
    version: tools.kwok,
    programs: ["kwok"],
    machine: { none: "the tests' own" },
    official: { none: "the tests' own" },
    registries: {
      kind: "go",
      workspace: "kwok",
      version: `v${tools.kwok}`,
      programs: { kwok: "sigs.k8s.io/kwok/cmd/kwok" },
    },
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
});
