import { expect } from "chai";
import { type ChildProcess } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { textAt } from "../../../infra/manifests";
import { profileArtifacts } from "../../../infra/products/pipelinesStore";
import { ensureTools } from "../../../infra/recipes";
import { endProgram, startProgram } from "../../support/machine/processes";
import { freePort } from "../../support/cluster/testNode";
import { until } from "../../support/machine/until";

const upstream = path.resolve("tests/support/simulated/profileController/sync.py");

describe("the controller of profiles' pipelines", function () {
  // A machine without Python obtains it first.
  this.timeout(10 * 60_000);
  let folder: string;
  let child: ChildProcess;
  let url: string;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "profile-artifacts-"));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/sync`;
    writeFileSync(path.join(folder, "controller.py"), textAt(profileArtifacts, "data", "controller.py"));
    // Beside the program, where every Python looks: one of the toolchain's own has a PYTHONPATH of its own.
    copyFileSync(upstream, path.join(folder, "sync.py"));
    const env = { CONTROLLER_PORT: String(port), PYTHONDONTWRITEBYTECODE: "1" };
    const python = (await ensureTools(["python"])).bin("python3");
    child = await startProgram(python, ["controller.py"], { folder, name: "controller", env });
  });
  after(async () => {
    await endProgram(child);
    rmSync(folder, { recursive: true });
  });

  it("is upstream's program without credentials, which the stack provides", async () => {
    const body = JSON.stringify({ object: { metadata: { name: "team" } }, attachments: { "Secret.v1": {} } });
    const answer = await until("the controller answers", () => fetch(url, { method: "POST", body }));
    const { attachments } = (await answer.json()) as { attachments: { kind: string; metadata: { name: string } }[] };
    expect(attachments.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).to.deep.equal([
      "ConfigMap kfp-launcher",
      "Secret default-editor.service-account-token",
    ]);
  });
});
