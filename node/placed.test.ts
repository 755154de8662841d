import { expect } from "chai";
import { nodePaths } from "./paths";
import { placed } from "./placed";
import { type Service } from "./supervision";

const secret = "http://me:hush@proxy:3128";
const service: Service = {
  name: "containerd",
  command: ["/bin/containerd", "--config", "c"],
  place: "node",
  needs: [],
  env: { PATH: "/bin", HTTPS_PROXY: secret },
  isolatedArgs: ["--alone"],
  followsUplink: false,
  revision: "",
};
const start = (
  change: Partial<Service> = {},
  way: Parameters<typeof placed>[3] = { nameservers: [], search: [], interface: "eth0" },
) => placed({ ...service, ...change }, nodePaths("/state/dev"), 42, way);

describe("a placed service", () => {
  for (const place of ["node", "machine"] as const)
    it(`of the ${place} has its environment handed down, where no list of processes shows it`, () => {
      const { command, env } = start({ place });
      expect(command.join(" ")).to.not.include("hush");
      expect(env).to.deep.equal(service.env);
    });

  it("enters the process namespace, records itself and becomes the program", () => {
    const { command } = start();
    expect(command.slice(0, 5)).to.deep.equal(["nsenter", "-t", "42", "-p", "--"]);
    expect(command).to.include("/state/dev/run/containerd.process");
    expect(command.slice(-3)).to.deep.equal(service.command);
  });

  it("fails when there is no uplink", () => {
    expect(start({}, { nameservers: [], search: [] }).command.at(-1)).to.equal("--alone");
  });
});
