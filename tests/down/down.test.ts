import { expect } from "chai";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { cgroupName } from "../../node/cgroups";
import { cgroupsNaming, listeners, processesNaming } from "../support/machine/machine";
import {
  machineBefore,
  machineNow,
  runCommand,
  sharedPlace,
  sharedStack,
  stackName,
  testFolder,
} from "../support/stack/stack";

describe("npm run down", () => {
  it("leaves no process, mount, interface, rule, cgroup, port or file of the node", async () => {
    await sharedStack();
    const { node } = await sharedPlace();
    const group = cgroupName(node);
    expect(processesNaming(group), "what is looked for is there beforehand").not.to.be.empty;
    expect(cgroupsNaming(group)).not.to.be.empty;
    const { config } = parse(readFileSync(path.join(testFolder(), `Pulumi.${stackName}.yaml`), "utf8")) as {
      config: Record<string, unknown>;
    };
    const ports = Object.entries(config).flatMap(([key, value]) => (key.endsWith("Port") ? [Number(value)] : []));
    const started = performance.now();
    const { code } = await runCommand("down");
    expect(code).to.equal(0);
    expect((performance.now() - started) / 1000, "seconds it took").to.be.lessThan(120);

    expect(existsSync(node)).to.equal(false);
    expect(processesNaming(node)).to.be.empty;
    expect(processesNaming(group)).to.be.empty;
    expect(cgroupsNaming(group)).to.be.empty;
    expect(ports).to.have.length(5);
    for (const port of ports) expect(listeners(port), `port ${port}`).to.be.empty;
    expect(await machineNow()).to.deep.equal(machineBefore());
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
