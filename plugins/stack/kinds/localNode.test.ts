import { expect } from "chai";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { privateBackend } from "../../../node/backend";
import { stackOwner } from "../../../node/owner";
import { nodePaths } from "../../../node/paths";
import { localNode } from "./localNode";

describe("the resource of a local node", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "local-node-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("does not read a node that another stack owns", async () => {
    const stateDir = join(folder, "nodes/dev");
    const backend = privateBackend(join(folder, "theirs"));
    for (const one of [stateDir, join(folder, "theirs/backend")]) mkdirSync(one, { recursive: true });
    const owner = stackOwner("kubeflow-stack", "dev", backend);
    writeFileSync(nodePaths(stateDir).owner, JSON.stringify(owner));
    writeFileSync(nodePaths(stateDir).settings, "{}");
    writeFileSync(nodePaths(stateDir).kubeconfig, "certificate-authority-data: abc");
    const state = { stateDir, kubeconfig: "", containerdSocket: "", status: "", kubernetesVersion: "1.34.4" };
    const read = localNode.read?.("dev", undefined, state, {
      urn: "urn:pulumi:dev::kubeflow-stack::t::n",
      name: "n",
      type: "t",
      preview: false,
      timeoutSeconds: 0,
      signal: new AbortController().signal,
      log: () => undefined,
      status: () => undefined,
    });
    expect(await read).to.equal(undefined);
  });
});
