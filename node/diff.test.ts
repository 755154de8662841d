import { expect } from "chai";
import { diffNode } from "./diff";
import { DEFAULT_SUBNET, type NodeSettings } from "./settings";

const olds: NodeSettings = {
  name: "dev",
  kubernetesVersion: "1.34.4",
  apiPort: 16443,
  publish: [{ name: "page", hostPort: 8080, nodePort: 30080 }],
  images: ["a:1"],
  subnet: DEFAULT_SUBNET,
  stateDir: "/state/dev",
};
const diff = (change: Partial<NodeSettings>, status: Parameters<typeof diffNode>[2] = "running") =>
  diffNode(olds, { ...olds, ...change }, status);

describe("a node's diff", () => {
  it("is empty when nothing changed", () => {
    expect(diff({})).to.deep.equal({ changes: false, replaces: [], deleteBeforeReplace: false, detailed: {} });
  });

  it("restarts a node that has stopped", () => {
    expect(diff({}, "stopped")).to.deep.include({ changes: true, replaces: [], detailed: { status: "update" } });
  });

  it("replaces a node that is gone, so that everything in it is created again", () => {
    for (const status of ["half-made", "absent"] as const)
      expect(diff({}, status)).to.deep.include({ changes: true, replaces: ["status"] });
  });

  it("changes ports, images and the Kubernetes version in place", () => {
    const publish = [{ name: "page", hostPort: 8081, nodePort: 30080 }];
    const { replaces, detailed } = diff({ publish, images: ["a:2"], kubernetesVersion: "1.34.10", apiPort: 1 });
    expect(replaces).to.deep.equal([]);
    expect(detailed).to.have.all.keys("publish", "images", "kubernetesVersion", "apiPort");
  });

  it("replaces what cannot change", () => {
    for (const change of [
      { name: "b" },
      { subnet: "198.18.0.0/16" },
      { stateDir: "/b" },
      { kubernetesVersion: "1.33.9" },
    ]) {
      expect(diff(change).replaces).to.deep.equal(Object.keys(change));
    }
  });
});
