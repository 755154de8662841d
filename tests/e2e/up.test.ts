import { expect } from "chai";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { assertOutputs, type StackOutputs } from "../../infra/outputs";
import { nodePaths } from "../../node/paths";
import { secretsIn, secretsInFolder, secretsInProcesses } from "../support/program/secrets";
import {
  configure,
  lastChanges,
  rememberSecrets,
  runCommand,
  saidByUp,
  sharedStack,
  stackName,
  testFolder,
} from "../support/stack/stack";

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

  it("serves the object store's console at its address", async () => {
    const answer = await fetch(outputs.objectStoreConsoleUrl);
    expect(answer.status).to.equal(200);
    expect(await answer.text()).to.include("MinIO Console");
  });

  it("changes nothing when run again, and prints every address", async () => {
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

  it("prints only its result on standard output with --json, the kubeconfig masked", async () => {
    const { stdout } = await runCommand("up", "--json");
    const printed = JSON.parse(stdout) as Record<string, unknown>;
    expect(printed["kubeconfig"]).to.equal("[secret]");
    expect(printed["model"]).to.deep.equal(outputs.model);
  });

  it("leaves nothing to preview", async () => {
    const { code, stdout, stderr } = await runCommand("preview");
    expect(code).to.equal(0);
    expect(stdout).to.equal("");
    expect(stderr)
      .to.match(/\d+ unchanged/)
      .and.not.match(/to (create|update|delete|replace)/);
  });

  it("keeps its state private", () => {
    const folder = path.join(testFolder(), "pulumi");
    const mode = (name: string) => (statSync(path.join(folder, name)).mode & 0o777).toString(8);
    expect([mode("."), mode("backend"), mode("passphrase")]).to.deep.equal(["700", "700", "600"]);
  });

  it("puts generated secrets into Secrets and pods alone, encrypted in the state", async () => {
    const folder = path.join(testFolder(), "pulumi");
    const earlier = new Map(await rememberSecrets());
    configure({ rotation: 9 });
    const rotated = await runCommand("up");
    expect(rotated.code).to.equal(0);
    // Of the users whose credentials were replaced none stays behind in the object store.
    expect(rotated.stderr).not.to.include("was left in it");
    const secrets = new Map(await rememberSecrets());
    const names = [...secrets.keys()].join("\n");
    // That these are among them shows that the search is for the right things.
    for (const like of [/secret-key\/result$/m, /access-key\/result$/m, /kubeconfig client-key-data$/m])
      expect(names).to.match(like);
    expect([...secrets.keys()].filter((name) => !earlier.has(name)).join("\n")).to.match(/secret-key\/result, seen/);
    secrets.set("the passphrase", readFileSync(path.join(folder, "passphrase"), "utf8"));
    const node = nodePaths(path.join(testFolder(), "state", "kubeflow-stack", "nodes", stackName));
    const rendered = await runCommand("render");
    expect(rendered.code).to.equal(0);
    const places = ["backend", "project", "runs"].map((name) => path.join(folder, name));
    const history = path.join(folder, "backend/.pulumi/history/kubeflow-stack", stackName);
    expect(readdirSync(history).filter((name) => name.endsWith(".checkpoint.json.zst"))).to.have.length.above(1);
    const logs = [node.logs, path.join(node.var, "log")];
    const found = [
      ...[...places, ...logs].flatMap((place) => secretsInFolder(place, secrets)),
      ...secretsIn("what up said", saidByUp(), secrets),
      ...secretsIn("what render printed", rendered.stdout + rendered.stderr, secrets),
      ...secretsInProcesses(secrets),
    ];
    expect(found).to.deep.equal([]);
  });

  it("refuses an unknown option and a stack that does not exist in one sentence", async () => {
    const unknown = await runCommand("up", "--frobnicate");
    expect(unknown.code).to.equal(1);
    expect(unknown.stderr.trim().split("\n")).to.have.length(1);
    const absent = await runCommand("drift", "--stack", "nowhere");
    expect(absent.code).to.equal(1);
    expect(absent.stderr.trim()).to.match(/^There is no stack nowhere .* npm run up creates it\.$/);
  });
});
