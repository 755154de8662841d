import { expect } from "chai";
import { readFileSync, statSync } from "node:fs";
import path from "node:path";
import { assertOutputs, type StackOutputs } from "../../infra/outputs";
import { lastChanges, runCommand, sharedStack, stackName, testFolder } from "../support/stack";

describe("npm run up", () => {
  let outputs: StackOutputs;
  before(async () => {
    outputs = await sharedStack();
  });

  it("gives every output", () => {
    assertOutputs(outputs, stackName);
    expect(outputs.model.name).to.equal("digits");
    expect(outputs.model.accuracy).to.be.greaterThan(0.95);
  });

  it("changes nothing when run again, and says where things are", async () => {
    const { code, stdout } = await runCommand("up");
    expect(code).to.equal(0);
    expect(await lastChanges()).to.equal(0);
    for (const text of [
      outputs.pageUrl,
      outputs.predictorUrl,
      outputs.objectStoreUrl,
      outputs.bucket,
      outputs.model.version,
    ])
      expect(stdout).to.include(text);
  });

  it("prints its result alone on standard output with --json, the kubeconfig masked", async () => {
    const { stdout } = await runCommand("up", "--json");
    const printed = JSON.parse(stdout) as Record<string, unknown>;
    expect(printed["kubeconfig"]).to.equal("[secret]");
    expect(printed["model"]).to.deep.equal(outputs.model);
  });

  it("has nothing more to preview", async () => {
    const { code, stderr } = await runCommand("preview");
    expect(code).to.equal(0);
    expect(stderr)
      .to.match(/\d+ unchanged/)
      .and.not.match(/to (create|update|delete|replace)/);
  });

  it("keeps its state private and no secret in clear in it", () => {
    const folder = path.join(testFolder(), "pulumi");
    const mode = (name: string) => (statSync(path.join(folder, name)).mode & 0o777).toString(8);
    expect([mode("."), mode("backend"), mode("passphrase")]).to.deep.equal(["700", "700", "600"]);
    const state = readFileSync(path.join(folder, `backend/.pulumi/stacks/kubeflow-stack/${stackName}.json`), "utf8");
    const passphrase = readFileSync(path.join(folder, "passphrase"), "utf8");
    const key = /client-key-data: *(\S+)|"client-key-data": *"([^"]+)"/
      .exec(outputs.kubeconfig)
      ?.slice(1)
      .find(Boolean);
    expect(key).to.be.a("string");
    expect(state.includes(key ?? "")).to.equal(false);
    expect(state.includes(passphrase)).to.equal(false);
  });

  it("answers an unknown option and a stack that is not there in one sentence", async () => {
    const unknown = await runCommand("up", "--frobnicate");
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr.trim().split("\n")).to.have.length(1);
    const absent = await runCommand("drift", "--stack", "nowhere");
    expect(absent.code).to.equal(1);
    expect(absent.stderr.trim()).to.match(/^There is no stack nowhere .* npm run up makes one\.$/);
  });
});
