import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { identify, isAlive, type ProcessId } from "./processes";
import { launcherCount } from "./launchers";
import { beginRun, isAttended, readRun, RUN_MARKER } from "./runs";

const forever = ["-e", "setInterval(() => undefined, 1000)"];
const nobody = () => undefined;

describe("runs of a command on a stack", () => {
  let folder: string;
  const children: ChildProcess[] = [];

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "runs-"));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  function start(marker?: string): ProcessId {
    const env = { ...process.env, ...(marker === undefined ? {} : { [RUN_MARKER]: marker }) };
    const child = spawn(process.execPath, forever, { env, detached: true, stdio: "ignore" });
    children.push(child);
    const id = child.pid === undefined ? undefined : identify(child.pid);
    if (!id) throw new Error("the process did not start");
    return id;
  }

  it("have a record while they go on, and none after", async () => {
    const run = await beginRun(folder, "dev", "up", nobody);
    expect(readRun(folder, "dev")).to.include({ id: run.id, command: "up" });
    expect(run.recovers).to.equal(false);
    run.end();
    expect(readRun(folder, "dev")).to.equal(undefined);
  });

  it("refuse a second run while the first is attended", async () => {
    const run = await beginRun(folder, "dev", "up", nobody);
    let message = "";
    await beginRun(folder, "dev", "down", nobody).catch((error: Error) => (message = error.message));
    expect(message).to.match(/npm run up .* stack dev .*process \d+/);
    const other = await beginRun(folder, "other", "up", nobody);
    other.end();
    run.end();
  });

  it("end the processes that a killed run left, and nothing else", async () => {
    const run = await beginRun(folder, "dev", "up", nobody);
    const engine = start(run.id);
    const stranger = start("another-run");
    run.setEngine(engine.pid);
    await replaceOwner();
    const next = await beginRun(folder, "dev", "up", nobody);
    expect(next.recovers).to.equal(true);
    expect(isAlive(engine)).to.equal(false);
    expect(isAlive(stranger)).to.equal(true);
    next.end();
  });

  it("do not end a process that only reuses the id of an earlier engine", async () => {
    const run = await beginRun(folder, "dev", "up", nobody);
    const stranger = start();
    run.setEngine(stranger.pid);
    await replaceOwner();
    const next = await beginRun(folder, "dev", "up", nobody);
    expect(isAlive(stranger)).to.equal(true);
    next.end();
  });

  it("keep the record of a run whose engine was killed", async () => {
    const run = await beginRun(folder, "dev", "up", nobody);
    run.leave();
    run.end();
    expect(readRun(folder, "dev")?.id).to.equal(run.id);
  });

  it("begin one at a time, also when both find the same killed run", async () => {
    const killed = await beginRun(folder, "dev", "up", nobody);
    const engine = start(killed.id);
    killed.setEngine(engine.pid);
    await replaceOwner();
    const begun = await Promise.allSettled([1, 2, 3].map(() => beginRun(folder, "dev", "up", nobody)));
    const runs = begun.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    expect(runs).to.have.length(1);
    expect(readRun(folder, "dev")?.id).to.equal(runs[0]?.id);
  });

  it("delete no record but their own", async () => {
    const run = await beginRun(folder, "dev", "up", nobody);
    const file = path.join(folder, "runs", "dev.json");
    writeFileSync(file, JSON.stringify({ ...readRun(folder, "dev"), id: "another" }));
    run.end();
    expect(readRun(folder, "dev")?.id).to.equal("another");
  });

  for (const command of ["preview", "drift"])
    it(`never end a live engine for a ${command}`, async () => {
      const run = await beginRun(folder, "dev", "up", nobody);
      const engine = start(run.id);
      run.setEngine(engine.pid);
      await replaceOwner();
      let message = "";
      await beginRun(folder, "dev", command, nobody).catch((error: Error) => (message = error.message));
      expect(message).to.match(/npm run up .* stack dev/);
      expect(isAlive(engine)).to.equal(true);
      expect(readRun(folder, "dev")?.id).to.equal(run.id);
    });

  it("outlive the shell that they were started from", async () => {
    const run = await beginRun(folder, "dev", "up", nobody);
    // This test runs under no bootstrap: whatever its ancestors are, they are none that a run needs.
    expect(readRun(folder, "dev")?.launchers).to.deep.equal([]);
    run.end();
  });

  it("need the bootstrap, and npm with its shell where they are the bootstrap's own ancestors", () => {
    const node = ["/usr/bin/node", "toolchain/bootstrap.cjs", "up"];
    const shell = ["sh", "-c", "node toolchain/bootstrap.cjs up"];
    expect(launcherCount([node, ["-bash"], ["sshd"]])).to.equal(1);
    expect(launcherCount([node, ["npm run up"], ["-bash"]])).to.equal(2);
    expect(launcherCount([node, shell, ["node", "/usr/lib/node_modules/npm/bin/npm-cli.js", "run", "up"]])).to.equal(3);
    expect(launcherCount([node, shell, ["sshd"]]), "a shell that is not npm's").to.equal(1);
    expect(launcherCount([["-bash"], ["npm run up"]])).to.equal(0);
    expect(launcherCount([])).to.equal(0);
  });

  it("are unattended once what started them is gone", () => {
    const owner = identify(process.pid);
    if (!owner) throw new Error("this process is not in /proc");
    const record = { id: "x", command: "up", since: "", owner, launchers: [] };
    expect(isAttended(record)).to.equal(true);
    expect(isAttended({ ...record, launchers: [{ ...owner, start: owner.start + 1 }] })).to.equal(false);
  });

  /** Makes the record's owner a process that has ended, as after a SIGKILL. */
  async function replaceOwner(): Promise<void> {
    const child = spawn(process.execPath, ["-e", ""], { stdio: "ignore" });
    const id = child.pid === undefined ? undefined : identify(child.pid);
    await once(child, "exit");
    const record = readRun(folder, "dev");
    writeFileSync(path.join(folder, "runs", "dev.json"), JSON.stringify({ ...record, owner: id }));
  }
});
