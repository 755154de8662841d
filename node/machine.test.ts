import { expect } from "chai";
import { parseHierarchies } from "./cgroups";
import { hasCapability } from "./host";
import { isAlive, parseStat, processOf } from "./processes";
import { nodeResolvConf, parseUplink } from "./uplink";

describe("what a node reads from its machine", () => {
  it("tells version 1, version 2 and mixed cgroups apart", () => {
    const found = parseHierarchies(
      [
        "tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0",
        "cgroup /sys/fs/cgroup/memory cgroup rw,relatime,memory 0 0",
        "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0",
        "cgroup /sys/fs/cgroup/systemd cgroup rw,relatime,name=systemd 0 0",
        "cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0",
      ].join("\n"),
    );
    expect(found).to.deep.equal([
      { mountPoint: "/sys/fs/cgroup/memory", version: 1, controllers: ["memory"] },
      { mountPoint: "/sys/fs/cgroup/cpu,cpuacct", version: 1, controllers: ["cpu", "cpuacct"] },
      { mountPoint: "/sys/fs/cgroup/systemd", version: 1, controllers: ["name=systemd"] },
      { mountPoint: "/sys/fs/cgroup/unified", version: 2, controllers: [] },
    ]);
  });

  it("finds a capability in a process's status", () => {
    expect(hasCapability("CapEff:\t000001fffeffffff\n", 24n)).to.equal(false);
    expect(hasCapability("CapEff:\t000001ffffffffff\n", 24n)).to.equal(true);
    expect(hasCapability("", 24n)).to.equal(false);
  });

  it("reads a process whose name holds brackets and spaces", () => {
    const fields = ["S", ...Array.from({ length: 18 }, (_, index) => `${index}`), "4711", "0"];
    expect(parseStat(`12 (a) b (c)) ${fields.join(" ")}`)).to.deep.equal({ pid: 12, started: 4711, state: "S" });
    expect(parseStat("nonsense")).to.equal(undefined);
  });

  it("identifies a process by its start time, not by its id alone", () => {
    const self = processOf(process.pid);
    expect(isAlive(self)).to.equal(true);
    expect(isAlive({ pid: process.pid, started: 1 })).to.equal(false);
  });

  it("uses the machine's resolver and default route", () => {
    const header = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT";
    const local = "eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0";
    const outward = "eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0";
    const resolv = "# made by hand\nnameserver 10.0.0.2\nnameserver 10.0.0.3\nsearch corp.example lab.example\n";
    expect(parseUplink(resolv, [header, local, outward].join("\n"))).to.deep.equal({
      nameservers: ["10.0.0.2", "10.0.0.3"],
      search: ["corp.example", "lab.example"],
      interface: "eth0",
    });
    expect(parseUplink("", [header, local].join("\n"))).to.deep.equal({ nameservers: [], search: [] });
  });

  it("gives CoreDNS a server to forward to even when the machine has none", () => {
    const none = { nameservers: [], search: [] };
    expect(nodeResolvConf("198.19.255.131", none)).to.equal("nameserver 198.19.255.131\n");
  });
});
