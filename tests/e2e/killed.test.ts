import { expect } from "chai";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readRun, RUN_MARKER } from "../../cli/engine/runs";
import { configure, lastChanges, runCommand, sharedStack, stackName, startCommand, testFolder } from "../support/stack";
import { until } from "../support/until";

/** What Pulumi says of a resource that has just changed. */
const CHANGED = /(created|updated|replaced|replacement) \(/g;

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

/** Ends a process, or a group where the number is negative, at once; one that has just ended by itself may be gone. */
function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

describe("npm run up, killed", () => {
  before(async () => {
    await sharedStack();
  });

  // Raising the rotation replaces every credential and rolls what uses them: plenty to be interrupted in.
  const moments = [
    { done: 0, everything: false, rotation: 2 },
    { done: 3, everything: true, rotation: 3 },
    { done: 8, everything: false, rotation: 4 },
  ];
  for (const { done, everything, rotation } of moments) {
    const what = everything ? "with its engine and plugins" : "leaving its engine alone";
    it(`with ${done} resources changed, ${what}, converges when run again`, async () => {
      configure({ rotation });
      const child = startCommand(["up"], true);
      child.stdout.resume();
      let said = "";
      child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
      const engine = await until("the engine runs", () => readRun(folder(), stackName)?.engine, 60);
      await until(`${done} resources have changed`, () => (said.match(CHANGED) ?? []).length >= done);
      const ended = once(child, "exit");
      kill(-(child.pid ?? 0));
      if (everything) for (const pid of processesOfRuns()) kill(Number(pid));
      const [, signal] = (await ended) as [number | null, NodeJS.Signals | null];
      expect(signal, "what ended the command").to.equal("SIGKILL");
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
