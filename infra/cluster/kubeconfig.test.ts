import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { identityOf, readKubeconfig } from "./kubeconfig";

describe("a person's kubeconfig", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "kubeconfig-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = (text: string): string => {
    const path = join(folder, "config");
    writeFileSync(path, text);
    return path;
  };
  const two = `
apiVersion: v1
current-context: one
contexts:
- {name: one, context: {cluster: near, user: me}}
- {name: other, context: {cluster: far, user: me, namespace: mine}}
- {name: broken, context: {cluster: gone, user: me}}
clusters:
- {name: near, cluster: {server: "https://near:6443", certificate-authority-data: QQ==}}
- {name: far, cluster: {server: "https://far:6443"}}
users:
- {name: me, user: {token: t}}
- {name: you, user: {token: not mine}}
`;
  const read = (text: string, context?: string): unknown => JSON.parse(readKubeconfig(file(text), context));

  it("is reduced to its current context, or to the selected one", () => {
    expect(read(two)).to.deep.equal({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "one",
      contexts: [{ name: "one", context: { cluster: "near", user: "me" } }],
      clusters: [{ name: "near", cluster: { server: "https://near:6443", "certificate-authority-data": "QQ==" } }],
      users: [{ name: "me", user: { token: "t" } }],
    });
    expect(read(two, "other")).to.have.nested.property("contexts[0].context.namespace", "mine");
  });

  it("identifies its cluster by address and authority alone", () => {
    const identity = (text: string, context?: string) => identityOf(readKubeconfig(file(text), context));
    writeFileSync(join(folder, "ca.crt"), "A");
    const more = two.replace(
      "certificate-authority-data: QQ==",
      "certificate-authority: ca.crt, extensions: [{name: started}]",
    );
    expect(identity(two)).to.match(/^https:\/\/near:6443 [0-9a-f]{12}$/);
    expect(identity(more)).to.equal(identity(two));
    expect(identity(two, "other")).not.to.equal(identity(two));
    // Made anew at the same address, it is another.
    expect(identity(two.replace("QQ==", "Qg=="))).not.to.equal(identity(two));
  });

  it("includes the files that it names, and reports one that is missing", () => {
    writeFileSync(join(folder, "me.key"), "key");
    const named = two.replace("token: t", "client-key: me.key");
    expect(read(named)).to.have.deep.nested.property("users[0].user", {
      "client-key-data": Buffer.from("key").toString("base64"),
    });
    expect(() => read(two.replace("token: t", "client-certificate: none.crt"))).to.throw(
      /names .*none\.crt, which cannot be read \(ENOENT.*put it there/,
    );
  });

  it("is refused without the selected context, with the contexts it has", () => {
    const sentence = /context "(broken|none)".*kubeContext .*one, other, broken/;
    expect(() => read(two, "broken")).to.throw(sentence);
    expect(() => read(two, "none")).to.throw(sentence);
  });

  it("is refused when it cannot be read, with the reason", () => {
    expect(() => readKubeconfig(join(folder, "none"))).to.throw(/cannot be read \(ENOENT.*set kubeconfig to the path/);
    expect(() => read("")).to.throw(/cannot be read \(it is empty\)/);
    expect(() => read("a: [")).to.throw(/cannot be read/);
  });
});
