import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { execFileSync } from "node:child_process";
import { aptFault } from "../../../infra/recipes/needed";

describe("tools that only Debian's packages bring", () => {
  it("are no fault where there is apt", async () => {
    expect(await aptFault(["passt"], () => undefined)).to.equal(undefined);
  });

  it("are none where they are published otherwise", async () => {
    expect(await aptFault(["runc", "containerd"], () => "has no apt-get")).to.equal(undefined);
  });

  it("are one sentence where neither cache nor machine has them", () => {
    // The cache's place is read once, when it is first needed, so this asks in a process of its own.
    const folder = mkdtempSync(path.join(tmpdir(), "needed-"));
    const script = `require("./infra/recipes/needed").aptFault(["passt", "runc"], () => "is neither").then(console.log)`;
    const said = execFileSync(process.execPath, ["--require", "./toolchain/typescript.cjs", "-e", script], {
      env: { ...process.env, XDG_CACHE_HOME: folder },
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true });
    expect(said.trim()).to.equal(
      "A local node needs passt from packages of Debian or Ubuntu, and this machine is neither: " +
        "use Debian or Ubuntu, or a cluster that runs elsewhere (set cluster to kubeconfig).",
    );
  });
});
