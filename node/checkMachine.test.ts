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

describe("a machine that is to carry a node", () => {
  it("is fine when it has everything", () => expect(messages({})).to.deep.equal([]));

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
    it(`is told in one sentence of ${JSON.stringify(change)}`, () => {
      const found = messages(change);
      expect(found).to.have.length(1);
      expect(found[0])
        .to.include(value)
        .and.include(remedy)
        .and.match(/^[A-Z].*\.$/);
    });

  it("needs as much memory as what is to run on it", () => {
    expect(checkMachine({ ...good, memory: 12 * 2 ** 30 }, 16).map(({ message }) => message)).to.deep.equal([
      "A local node needs 16 GiB of memory for what is configured, and this machine has 12.0 GiB: add memory, or use a cluster that runs elsewhere (set cluster to kubeconfig).",
    ]);
  });

  it("is told everything at once", () => {
    expect(messages({ userId: 1000, memory: 1, overlay: false })).to.have.length(3);
  });

  it("needs disk for a new node", () => {
    expect(checkFreeSpace("/state", 2 ** 40)).to.deep.equal([]);
    expect(checkFreeSpace("/state", 2 ** 30)[0]?.message)
      .to.include("/state has 1.0 GiB free")
      .and.include("XDG_STATE_HOME");
  });

  it("can be looked at, whatever it is", () => expect(lookAtMachine().platform).to.equal(process.platform));
});
