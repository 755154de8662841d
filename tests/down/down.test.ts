import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ensureTools, silent } from "../../toolchain";
import { cgroupsNaming, listeners, machineState, processesNaming } from "../support/machine";
import { runCommand, sharedStack, stackName, testFolder } from "../support/stack";

describe("npm run down", () => {
  it("leaves no process, mount, interface, rule, cgroup, port or file of the node", async () => {
    await sharedStack();
    const iptables = (await ensureTools(["iptables"], silent)).bin("iptables-save");
    const { config } = parse(readFileSync(path.join(testFolder(), `Pulumi.${stackName}.yaml`), "utf8")) as {
      config: Record<string, unknown>;
    };
    const ports = Object.entries(config).flatMap(([key, value]) => (key.endsWith("Port") ? [Number(value)] : []));
    const started = performance.now();
    const { code } = await runCommand("down");
    expect(code).to.equal(0);
    expect((performance.now() - started) / 1000, "seconds it took").to.be.lessThan(120);

    const node = path.join(testFolder(), "state", "kubeflow-stack", "nodes", stackName);
    expect(existsSync(node)).to.equal(false);
    expect(processesNaming(node)).to.be.empty;
    expect(cgroupsNaming(`kubeflow-stack-${stackName}`)).to.be.empty;
    expect(ports).to.have.length(5);
    for (const port of ports) expect(listeners(port), `port ${port}`).to.be.empty;
    const machine = machineState(iptables);
    expect(machine.mounts.filter((mount) => mount.includes(testFolder()))).to.be.empty;
  });

  it("has nothing to do when run again, and says so", async () => {
    const { code, stderr } = await runCommand("down");
    expect(code).to.equal(0);
    expect(stderr).to.not.match(/error/i);
  });

  it("keeps the stack's history", async () => {
    const { stdout } = await runCommand("pulumi", "stack", "history", "--json");
    expect((JSON.parse(stdout) as unknown[]).length).to.be.greaterThan(1);
  });
});
