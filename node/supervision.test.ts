import { expect } from "chai";
import { readSupervision, type Service, serviceVersion, writeSupervision } from "./supervision";

const pasta: Service = {
  name: "pasta",
  command: ["pasta", "--x"],
  isolatedArgs: ["--interface", "lo"],
  env: { PATH: "/bin" },
  place: "machine",
  needs: [],
  followsUplink: true,
  revision: "",
};
const kubelet: Service = {
  name: "kubelet",
  command: ["kubelet"],
  env: {},
  place: "node",
  needs: ["/a"],
  followsUplink: false,
  revision: "r",
};

describe("the file that a node's supervisor reads", () => {
  it("is read as it was written", () => {
    const supervision = {
      name: "dev",
      stateDir: "/state",
      namespaceHolderEnv: { PATH: "/bin" },
      resolver: "198.18.0.1",
      services: [pasta, kubelet],
    };
    expect(readSupervision(writeSupervision(supervision))).to.deep.equal(supervision);
  });

  it("keeps the first version's names: supervisors of running nodes read it, too", () => {
    const text = `{"name":"dev","stateDir":"/state","holderEnv":{"A":"b"},"resolver":"r",
      "services":[{"name":"pasta","command":["pasta"],"cutOff":["--lo"],"env":{},"place":"machine","needs":[],"followsWayOut":true,"revision":""}]}`;
    const read = readSupervision(text);
    expect(read.namespaceHolderEnv).to.deep.equal({ A: "b" });
    expect(read.services[0])
      .to.include({ followsUplink: true })
      .and.deep.include({ isolatedArgs: ["--lo"] });
    expect(JSON.parse(writeSupervision(read))).to.deep.equal(JSON.parse(text));
  });

  it("restarts no service of a node that the first version started", () => {
    expect(serviceVersion(pasta, "U")).to.equal("934cf81626eeb493d04213211fe39b52bf9613550a313f7e06b6883a26e3eed9");
    expect(serviceVersion(kubelet, "U")).to.equal("a84a30126b563001fca281ee1085087121e65c62ef1f4b81e9b41be54426cfc6");
  });

  it("restarts a service that follows the uplink when that changes", () => {
    expect(serviceVersion(pasta, "other")).not.to.equal(serviceVersion(pasta, "U"));
    expect(serviceVersion(kubelet, "other")).to.equal(serviceVersion(kubelet, "U"));
  });
});
