import { expect } from "chai";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { zstdCompressSync } from "node:zlib";
import { generatedSecrets, secretsIn, secretsInFolder, secretsInProcesses } from "../support/program/secrets";

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const password = ["a1B2c3D4e5", "F6g7H8i9J0"].join("");
const key = ["LS0tLS1CRUdJTiBSU0Eg", "UFJJVkFURSBLRVkt"].join("");
const exported = JSON.stringify({
  deployment: {
    resources: [
      { urn: "urn:pulumi:t::p::t::pw", type: "random:index/x:X", outputs: { length: 20, result: secret(password) } },
      { urn: "urn:pulumi:t::p::t::node", type: "x", outputs: { kubeconfig: secret(`client-key-data: ${key}\n`) } },
      { urn: "urn:pulumi:t::p::t::plain", type: "y", outputs: { value: secret("http://minio:9000") } },
    ],
  },
});

describe("the search for secrets in the clear", () => {
  const secrets = generatedSecrets(exported);

  it("finds generated values, also in base64, and no others", () => {
    expect([...secrets.keys()]).to.deep.equal([
      ...["pw/result", "pw/result in base64"],
      ...["node/kubeconfig client-key-data", "node/kubeconfig client-key-data in base64"],
    ]);
    expect(secretsIn("it", `x${password}y`, secrets)).to.deep.equal(["it holds pw/result"]);
    const encoded = Buffer.from(password).toString("base64");
    expect(secretsIn("it", `x: ${encoded}`, secrets)).to.deep.equal(["it holds pw/result in base64"]);
    expect(secretsIn("it", "nothing", secrets)).to.deep.equal([]);
  });

  it("finds secrets in files", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "secrets-"));
    mkdirSync(path.join(folder, "deep"));
    writeFileSync(path.join(folder, "deep", "log"), `key ${key}`);
    writeFileSync(path.join(folder, "state.json.zst.bak"), zstdCompressSync(`{"password":"${password}"}`));
    expect(secretsInFolder(folder, secrets)).to.have.members([
      `${folder}/deep/log holds node/kubeconfig client-key-data`,
      `${folder}/state.json.zst.bak holds pw/result`,
    ]);
    rmSync(folder, { recursive: true });
  });

  it("finds secrets in command lines and environments", async () => {
    const script = "process.stdout.write('.'); setInterval(() => undefined, 1000)";
    const child = spawn(process.execPath, ["-e", script, password], {
      env: { ...process.env, PASSWORD: key },
      stdio: ["ignore", "pipe", "ignore"],
    });
    try {
      await once(child.stdout, "data");
      const found = secretsInProcesses(secrets).filter((line) => line.includes(` ${child.pid} `));
      expect(found).to.have.members([
        `the command line of process ${child.pid} (${process.execPath}) holds pw/result`,
        `the environment of process ${child.pid} (${process.execPath}) holds node/kubeconfig client-key-data`,
      ]);
    } finally {
      child.kill("SIGKILL");
    }
  });
});
