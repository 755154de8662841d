import type { Product } from "../../products/product";
import { products } from "../../products/products";
import { baseImages, controlPlaneImages, nodeImages, tools as pins } from "../../versions";
import type { ImageRecipe, ImageTable, NamedTool } from "../../../toolchain/images/recipe";
import { tools } from "../tools";
import {
  forImages,
  goModule,
  programImage,
  pythonLinks,
  pythonRoot,
  shell,
  shellLinks,
} from "../../../toolchain/images/define";

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

/** Images of the local node, and those that Dockerfiles of ours build on. */
const nodeAndBaseImages: ImageTable = {
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

/** The recipe of every image: how it is built where its registry cannot be reached. */
export const imageTable = (products: readonly Product[]): ImageTable => ({
  ...nodeAndBaseImages,
  ...Object.fromEntries(products.flatMap(({ recipes = {} }) => Object.entries(recipes))),
});

/** The recipe of every image of this stack. */
export const images: ImageTable = imageTable(products);
