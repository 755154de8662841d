import { expect } from "chai";
import { divideSubnet, parseSubnet } from "./subnets";

describe("the node's networks", () => {
  it("divides the whole range", () => {
    expect(divideSubnet("198.18.0.0/15")).to.deep.equal({
      all: "198.18.0.0/15",
      pods: "198.18.0.0/16",
      podsPrefix: 16,
      services: "198.19.0.0/17",
      dnsService: "198.19.0.10",
      node: "198.19.255.2",
      gateway: "198.19.255.129",
      uplink: "198.19.255.130",
      uplinkPrefix: 25,
      resolver: "198.19.255.131",
    });
  });

  it("leaves room for 200 pods in the smallest", () => {
    const { pods, services, node } = divideSubnet("198.19.248.0/21");
    expect([pods, services, node]).to.deep.equal(["198.19.248.0/22", "198.19.252.0/23", "198.19.255.2"]);
  });

  for (const [subnet, reason] of [
    ["10.0.0.0/16", "outside 198.18.0.0/15"],
    ["198.20.0.0/16", "outside 198.18.0.0/15"],
    ["198.18.0.0/24", "prefix of 24 bits"],
    ["198.18.0.0/8", "prefix of 8 bits"],
    ["198.18.1.0/16", "multiple of its size"],
    ["198.18.0.300/16", "outside"],
    ["somewhere", "not a network"],
  ] as const)
    it(`refuses ${subnet} and says what to choose`, () => {
      expect(parseSubnet(subnet)).to.be.a("string").that.includes(reason).and.includes("choose a /15 to /21");
    });
});
