import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { aptFault } from "./needed";

describe("tools that only Debian's packages provide", () => {
  it("are no fault on a machine with apt", async () => {
    expect(await aptFault(["passt"], () => undefined)).to.equal(undefined);
  });

  it("are no fault when another source has them", async () => {
    expect(await aptFault(["runc", "containerd"], () => "has no apt-get")).to.equal(undefined);
  });

  it("are reported in one sentence when neither the cache nor the machine has them", () => {
    // The cache's place is read once, when it is first needed, so this asks in a process of its own.
    const folder = mkdtempSync(path.join(tmpdir(), "needed-"));
    const script = `require("./infra/recipes/needed").aptFault(["passt", "runc"], () => "is neither").then(console.log)`;
    const said = execFileSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "-e", script], {
      env: { ...process.env, XDG_CACHE_HOME: folder },
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect(said)
      .to.match(/passt .*Debian or Ubuntu.* is neither: .*cluster to kubeconfig/)
      .and.not.include("runc");
  });
});
