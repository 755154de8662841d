import { expect } from "chai";
import { checkFreeSpace, checkMachine } from "./checkMachine";
import { lookAtMachine, type Machine } from "./machine";

const good: Machine = {
  platform: "linux",
  architecture: "x64",
  userId: 0,
  mayAdminister: true,
  memory: 24 * 2 ** 30,
  missingPrograms: [],
  controllers: ["cpuset", "cpu", "memory", "pids"],
  overlay: true,
  missingDevices: [],
};
const messages = (change: Partial<Machine>) => checkMachine({ ...good, ...change }).map(({ message }) => message);

describe("the machine of a local node", () => {
  it("has no fault when nothing is missing", () => expect(messages({})).to.deep.equal([]));

  for (const [change, value, remedy] of [
    [{ platform: "darwin" }, "darwin", "kubeconfig"],
    [{ architecture: "riscv64" }, "riscv64", "kubeconfig"],
    [{ userId: 1000 }, "user 1000", "sudo"],
    [{ mayAdminister: false }, "CAP_SYS_ADMIN", "privileged container"],
    [{ memory: 2 ** 31 }, "2.0 GiB", "add memory"],
    [{ missingPrograms: ["unshare"] }, "unshare", "util-linux"],
    [{ controllers: ["cpu", "pids"] }, "memory controller", "cgroup_enable=memory"],
    [{ readOnlyCgroups: "/sys/fs/cgroup" }, "/sys/fs/cgroup", "writable"],
    [{ overlay: false }, "overlay", "modprobe overlay"],
    [{ missingDevices: ["/dev/net/tun"] }, "/dev/net/tun", "modprobe tun"],
  ] as const)
    it(`has one fault, with its remedy, for ${JSON.stringify(change)}`, () => {
      const found = messages(change);
      expect(found).to.have.length(1);
      expect(found[0])
        .to.include(value)
        .and.include(remedy)
        .and.match(/^[A-Z].*\.$/);
    });

  it("needs as much memory as the configured products", () => {
    const [fault, ...others] = checkMachine({ ...good, memory: 12 * 2 ** 30 }, 16);
    expect(fault?.message).to.match(/16 GiB .*12\.0 GiB.*add memory.*cluster to kubeconfig/);
    expect(others).to.be.empty;
  });

  it("is reported with all its faults at once", () => {
    const all = messages({ userId: 1000, memory: 1, overlay: false }).join("\n");
    for (const fault of ["user 1000", "GiB of memory", "modprobe overlay"]) expect(all).to.include(fault);
  });

  it("needs free disk for a new node", () => {
    expect(checkFreeSpace("/state", 2 ** 40)).to.deep.equal([]);
    expect(checkFreeSpace("/state", 2 ** 30)[0]?.message)
      .to.include("/state has 1.0 GiB free")
      .and.include("XDG_STATE_HOME");
  });

  it("can be inspected on any platform", () => expect(lookAtMachine().platform).to.equal(process.platform));
});
