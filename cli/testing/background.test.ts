import { expect } from "chai";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "../../tests/support/machine/until";
import { startBackground } from "./background";

const isAlive = (pid: number): boolean => {
  try {
    // A process that ended stays a zombie until its parent has asked for it.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

describe("a command in the background", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "background-"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is stopped together with the processes that it started", async () => {
    const file = join(folder, "pid");
    const background = startBackground(["sh", "-c", `sleep 600 & echo $! > ${file}; wait`], process.env);
    const pid = await until("the process has started", () => Number(existsSync(file) && readFileSync(file, "utf8")));
    expect(isAlive(pid)).to.equal(true);
    await background.stop();
    await until("the process has ended", () => !isAlive(pid));
  });

  it("may have ended before it is stopped", async () => {
    const background = startBackground(["true"], process.env);
    await background.ended;
    await background.stop();
  });

  it("has ended when its program does not exist", async () => {
    await startBackground([join(folder, "none")], process.env).ended;
  });
});
