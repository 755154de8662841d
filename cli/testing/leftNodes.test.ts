import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stackOwner } from "../../node/owner";
import { nodePaths } from "../../node/paths";
import { removeLeftNodes } from "./leftNodes";

describe("nodes that a suite left behind", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "left-"));
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("are removed, whether their owner still exists or they never had one", async () => {
    const owner = stackOwner("kubeflow-stack", "full-test", `file://${folder}`);
    for (const name of ["full-test", "half-made"]) mkdirSync(path.join(folder, "nodes", name), { recursive: true });
    writeFileSync(nodePaths(path.join(folder, "nodes/full-test")).owner, JSON.stringify(owner));
    await removeLeftNodes(path.join(folder, "nodes"));
    expect(existsSync(path.join(folder, "nodes"))).to.equal(false);
    await removeLeftNodes(path.join(folder, "nodes"));
  });
});
