import { expect } from "chai";
import { checkSettings, DEFAULT_SUBNET, type NodeSettings } from "./settings";

const good: NodeSettings = {
  name: "dev",
  kubernetesVersion: "1.34.4",
  apiPort: 16443,
  publish: [{ name: "page", hostPort: 8080, nodePort: 30080 }],
  images: [],
  subnet: DEFAULT_SUBNET,
  stateDir: "/root/.local/state/kubeflow-stack/nodes/dev",
};
const messages = (change: Partial<NodeSettings>) => checkSettings({ ...good, ...change }).map(({ message }) => message);

describe("a node's settings", () => {
  it("have no fault by default", () => expect(messages({})).to.deep.equal([]));

  it("name the value at fault and the remedy", () => {
    expect(messages({ name: "My Node" })[0])
      .to.include('"My Node"')
      .and.include("choose another");
    expect(messages({ kubernetesVersion: "v1.34" })[0])
      .to.include('"v1.34"')
      .and.include("1.34.4");
    expect(messages({ stateDir: "here" })[0]).to.include('"here"');
    expect(messages({ apiPort: 99999 })[0]).to.include("99999");
    expect(messages({ publish: [{ name: "page", hostPort: 8080, nodePort: 80 }] })[0]).to.include(
      "NodePort 80 of page",
    );
  });

  it("are reported with all their faults at once", () => {
    const all = messages({ name: "My Node", subnet: "x", apiPort: 99999 }).join("\n");
    for (const value of ['"My Node"', '"x"', "99999"]) expect(all).to.include(value);
  });

  it("use no port twice", () => {
    const publish = [{ name: "page", hostPort: 16443, nodePort: 30080 }];
    const [fault, ...others] = messages({ publish });
    expect(fault).to.match(/Port 16443 .*Kubernetes API .*page/);
    expect(others).to.be.empty;
  });

  it("keep the state folder short enough for a socket in it", () => {
    expect(messages({ stateDir: `/${"x".repeat(100)}` })[0]).to.include("XDG_STATE_HOME");
    expect(messages({ stateDir: `/${"x".repeat(80)}` })).to.deep.equal([]);
  });
});
