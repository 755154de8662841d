import { expect } from "chai";
import { parseAllDocuments } from "yaml";
import { nodePaths } from "../paths";
import { DEFAULT_SUBNET, type NodeSettings } from "../settings";
import { divideSubnet } from "../subnets";
import type { NodeTools } from "../tools";
import { containerdConfig, podNetworkConfig } from "./containerd";
import { kubeadmConfig, kubeadmPatches } from "./kubeadm";
import { pastaCommand } from "./pasta";

const paths = nodePaths("/state/dev");
const network = divideSubnet(DEFAULT_SUBNET);
const settings: NodeSettings = {
  name: "dev",
  kubernetesVersion: "1.34.4",
  apiPort: 16443,
  publish: [{ name: "page", hostPort: 8080, nodePort: 30080 }],
  images: [],
  subnet: DEFAULT_SUBNET,
  stateDir: paths.stateDir,
};
const tools: NodeTools = {
  containerd: "/t/containerd",
  ctr: "/t/ctr",
  runc: "/t/runc",
  kubelet: "/t/kubelet",
  kubeadm: "/t/kubeadm",
  pasta: "/t/pasta",
  iptables: "/t/iptables",
  cniPlugins: "/t/cni",
  path: [],
  folders: [],
};
const small = { cgroupVersion: 1, mayLowerOomScore: false } as const;
const large = { cgroupVersion: 2, mayLowerOomScore: true } as const;

/** One of kubeadm's documents, by kind. */
function document(kind: string, traits: typeof small | typeof large): Record<string, unknown> {
  const documents = parseAllDocuments(kubeadmConfig(settings, paths, network, traits));
  const found = documents.map((each) => each.toJS() as Record<string, unknown>).find((each) => each["kind"] === kind);
  if (!found) throw new Error(`no ${kind}`);
  return found;
}

describe("a node's configuration", () => {
  it("follows what the machine allows", () => {
    expect(document("KubeletConfiguration", small)).to.include({ failCgroupV1: false, oomScoreAdj: 0 });
    expect(document("KubeletConfiguration", large)).to.not.have.any.keys("failCgroupV1", "oomScoreAdj");
    expect(containerdConfig(paths, tools, small, "pause:1")).to.include("restrict_oom_score_adj = true");
    expect(containerdConfig(paths, tools, large, "pause:1")).to.include("restrict_oom_score_adj = false");
  });

  it("lets many pods run, unthrottled, and collects no image", () => {
    const kubelet = document("KubeletConfiguration", large);
    expect(kubelet["maxPods"]).to.be.at.least(150);
    expect(kubelet).to.include({ cpuCFSQuota: false, imageGCHighThresholdPercent: 100, cgroupDriver: "cgroupfs" });
  });

  it("keeps two users' nodes of one name in two cgroups", () => {
    const other = nodePaths("/elsewhere/dev");
    const roots = [paths, other].map((each) =>
      parseAllDocuments(kubeadmConfig(settings, each, network, large))
        .map((part) => part.toJS() as { cgroupRoot?: string })
        .flatMap(({ cgroupRoot }) => cgroupRoot ?? []),
    );
    expect(roots[0]).to.have.length(1);
    expect(roots[0]).to.not.deep.equal(roots[1]);
  });

  it("makes the API's certificate good for loopback", () => {
    const { apiServer } = document("ClusterConfiguration", large) as { apiServer: { certSANs: string[] } };
    expect(apiServer.certSANs).to.include("127.0.0.1");
  });

  it("publishes on loopback only, and gives pods no way to the machine's loopback", () => {
    const command = pastaCommand(settings, network, tools);
    const ports = command.filter((_, index) => command[index - 1] === "-t");
    expect(ports).to.deep.equal(["127.0.0.1/16443:6443", "127.0.0.1/8080:30080"]);
    expect(command).to.include("--no-map-gw");
  });

  it("leases pod addresses from a file system that a restart empties", () => {
    const { plugins } = JSON.parse(podNetworkConfig(network)) as { plugins: { ipam?: { dataDir: string } }[] };
    expect(plugins[0]?.ipam?.dataDir).to.match(/^\/run\//);
  });

  it("asks for little of the machine's processors", () => {
    expect(Object.keys(kubeadmPatches())).to.include.members([
      "kube-apiserver+strategic.yaml",
      "corednsdeployment+strategic.yaml",
    ]);
  });
});
