import { expect } from "chai";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readRun, RUN_MARKER } from "../../cli/engine/runs";
import { configure, lastChanges, runCommand, sharedStack, stackName, startCommand, testFolder } from "../support/stack";
import { until } from "../support/until";

const folder = () => path.join(testFolder(), "pulumi");

/** Processes of runs on the shared stack, by the marker in their environment. */
function processesOfRuns(): string[] {
  return readdirSync("/proc")
    .filter((pid) => /^\d+$/.test(pid))
    .filter((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return environment.includes(`${RUN_MARKER}=`) && environment.includes(`PULUMI_HOME=${folder()}`);
      } catch {
        return false;
      }
    });
}

describe("npm run up, killed", () => {
  before(async () => {
    await sharedStack();
  });

  // Raising the rotation replaces every credential and rolls what uses them: plenty to be interrupted in.
  const moments = [
    { seconds: 1, everything: false, rotation: 2 },
    { seconds: 6, everything: true, rotation: 3 },
    { seconds: 12, everything: false, rotation: 4 },
  ];
  for (const { seconds, everything, rotation } of moments) {
    const what = everything ? "with its engine and plugins" : "leaving its engine alone";
    it(`${seconds} s into its work, ${what}, converges when run again`, async () => {
      configure({ rotation });
      const child = startCommand(["up"], true);
      child.stdout.resume();
      child.stderr.resume();
      const engine = await until("the engine runs", () => readRun(folder(), stackName)?.engine, 60);
      await delay(seconds * 1000); // the moment is the point
      if (everything) for (const pid of processesOfRuns()) process.kill(Number(pid), "SIGKILL");
      const ended = once(child, "exit");
      process.kill(-(child.pid ?? 0), "SIGKILL");
      await ended;
      const { code, stderr } = await runCommand("up");
      expect(code, stderr.slice(-2000)).to.equal(0);
      expect(processesOfRuns(), `processes of the killed run, whose engine was ${engine.pid}`).to.be.empty;
      expect(readRun(folder(), stackName)).to.equal(undefined);
      const drift = await runCommand("drift");
      expect(drift.stdout).to.equal("");
      expect((await runCommand("up")).code).to.equal(0);
      expect(await lastChanges()).to.equal(0);
    });
  }
});
