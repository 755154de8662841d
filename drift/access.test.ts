import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readAccess } from "./access";

const kubeconfig = (cluster: object, user: object): string =>
  JSON.stringify({
    "current-context": "one",
    contexts: [{ name: "one", context: { cluster: "c", user: "u" } }],
    clusters: [{ name: "c", cluster: { server: "https://127.0.0.1:1", ...cluster } }],
    users: [{ name: "u", user }],
  });
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("readAccess", () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(tmpdir(), "ks-access-"))));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("reads certificates and tokens, in the kubeconfig and in files that it names", async () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "said in a file");
    const within = await readAccess(
      kubeconfig(
        { "certificate-authority-data": base64("ca") },
        { "client-certificate-data": base64("cert"), "client-key-data": base64("key") },
      ),
    );
    expect(Object.values(within.options).map(String)).to.deep.equal(["ca", "cert", "key"]);
    const named = await readAccess(kubeconfig({ "certificate-authority": file }, { tokenFile: file }));
    expect(String(named.options.ca)).to.equal("said in a file");
    expect(named.headers).to.deep.equal({ authorization: "Bearer said in a file" });
    expect((await readAccess(kubeconfig({}, { token: "word" }))).headers).to.deep.equal({
      authorization: "Bearer word",
    });
  });

  it("runs the program that logs in", async () => {
    const answer = {
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      status: { token: "given" },
    };
    const exec = {
      apiVersion: answer.apiVersion,
      command: "echo",
      args: [JSON.stringify(answer)],
      interactiveMode: "Never",
    };
    const access = await readAccess(kubeconfig({ "insecure-skip-tls-verify": true }, { exec }));
    expect(access.headers["Authorization"]).to.equal("Bearer given");
    expect(access.options.rejectUnauthorized).to.equal(false);
  });

  it("names the context that the kubeconfig does not have", async () => {
    const fault = await readAccess(kubeconfig({}, {}), "other").catch((error: Error) => error.message);
    expect(fault).to.match(/no context other .*kubeContext/);
  });
});
