import { expect } from "chai";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubeClient } from "../../../kube/client";
import { bytesOf, clusterIdentity, flattenKubeconfig, readContext } from "../../../kube/kubeconfig";
import { kubeconfigFor, startFakeApi, type FakeApi, type SeenRequest } from "../../support/cluster/fakeApi";

const base64 = (text: string) => Buffer.from(text).toString("base64");
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

describe("a kubeconfig", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    environment = { ...process.env };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    for (const name of ["HOME", "KUBECONFIG"]) delete process.env[name];
    Object.assign(process.env, environment);
  });

  const file = (text: string, name = "config"): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  describe("as it is read", () => {
    it("gives the current context, or the selected one, with its namespace", () => {
      expect(readContext(two)).to.deep.equal({
        name: "one",
        namespace: "default",
        cluster: { server: "https://near:6443", "certificate-authority-data": "QQ==" },
        user: { token: "t" },
      });
      expect(readContext(file(two), "other")).to.include({ name: "other", namespace: "mine" });
    });

    it("is refused without the selected context, with the contexts it has", () => {
      const sentence = /context "(broken|none)".*kubeContext .*one, other, broken/;
      expect(() => readContext(two, "broken")).to.throw(sentence);
      expect(() => readContext(two, "none")).to.throw(sentence);
    });

    it("is refused without a server, and when it cannot be read, with the reason", () => {
      expect(() => readContext(kubeconfigFor({}))).to.throw(/context one .*no server.*https:\/\//);
      expect(() => readContext(join(folder, "none"))).to.throw(/cannot be read \(ENOENT.*set kubeconfig/);
      expect(() => readContext(file(""))).to.throw(/cannot be read \(it is empty\)/);
      expect(() => readContext(file("a: ["))).to.throw(/cannot be read/);
    });

    it("needs no user for a server that anybody may ask", () => {
      expect(readContext(kubeconfigFor({ server: "http://localhost:8001" }, {}, { user: "" })).user).to.deep.equal({});
    });

    it("takes paths from the file's folder, also of login programs, and none from $PATH's programs", () => {
      const user = { "client-key": "keys/me.key", tokenFile: "token", exec: { command: "./login", args: ["a/b"] } };
      const cluster = { server: "https://near", "certificate-authority": "ca.crt" };
      const context = readContext(file(kubeconfigFor(cluster, user)));
      expect(context.cluster).to.include({ "certificate-authority": join(folder, "ca.crt") });
      expect(context.user).to.deep.equal({
        "client-key": join(folder, "keys/me.key"),
        tokenFile: join(folder, "token"),
        exec: { command: join(folder, "login"), args: ["a/b"] },
      });
      const plain = readContext(file(kubeconfigFor(cluster, { exec: { command: "aws" } })));
      expect(plain.user).to.deep.equal({ exec: { command: "aws" } });
    });

    it("decodes data in lines of any length", () => {
      const data = base64("a".repeat(100)).replaceAll(/(.{40})/g, "$1\n");
      expect(String(bytesOf({ "client-key-data": data }, "client-key"))).to.equal("a".repeat(100));
    });

    it("is ~/.kube/config where KUBECONFIG is empty, and the home folder is ~", () => {
      process.env["HOME"] = folder;
      process.env["KUBECONFIG"] = "";
      expect(() => readContext("")).to.throw(/\.kube\/config does not exist.*KUBECONFIG/);
      mkdirSync(join(folder, ".kube"));
      file(two, ".kube/config");
      expect(readContext("").name).to.equal("one");
      expect(readContext("~/.kube/config").name).to.equal("one");
    });

    it("is all the files that KUBECONFIG lists, of which the first that says something wins", () => {
      const near = file(kubeconfigFor({ server: "https://first" }));
      const far = file(two.replace('server: "https://near:6443"', 'server: "https://second"'), "far");
      process.env["KUBECONFIG"] = [join(folder, "absent"), near, "", far].join(":");
      expect(readContext("").cluster).to.include({ server: "https://first" });
      expect(readContext("", "other").cluster).to.include({ server: "https://far:6443" });
    });
  });

  describe("reduced to one context", () => {
    const read = (text: string, context?: string): unknown => JSON.parse(flattenKubeconfig(file(text), context));

    it("holds that context and nothing else", () => {
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

    it("has the same text as ever, which the state of stacks holds", () => {
      expect(flattenKubeconfig(file(two))).to.equal(
        '{"apiVersion":"v1","kind":"Config","clusters":[{"name":"near","cluster":{"server":"https://near:6443",' +
          '"certificate-authority-data":"QQ=="}}],"users":[{"name":"me","user":{"token":"t"}}],"contexts":' +
          '[{"name":"one","context":{"cluster":"near","user":"me"}}],"current-context":"one"}',
      );
    });

    it("includes the files that it names, but for a token's, whose content changes", () => {
      file("key", "me.key");
      expect(read(two.replace("token: t", "client-key: me.key, tokenFile: token"))).to.have.deep.nested.property(
        "users[0].user",
        { "client-key-data": base64("key"), tokenFile: join(folder, "token") },
      );
      expect(read(two.replace("token: t", "client-key: me.key, client-key-data: QQ=="))).to.have.deep.nested.property(
        "users[0].user",
        { "client-key-data": "QQ==" },
      );
      expect(() => read(two.replace("token: t", "client-certificate: none.crt"))).to.throw(
        /names .*none\.crt, which cannot be read \(ENOENT.*put it there/,
      );
    });

    it("identifies its cluster by address and authority alone", () => {
      const identify = (text: string, context?: string) => clusterIdentity(flattenKubeconfig(file(text), context));
      file("A", "ca.crt");
      const more = two.replace(
        "certificate-authority-data: QQ==",
        "certificate-authority: ca.crt, extensions: [{name: started}]",
      );
      expect(identify(two)).to.match(/^https:\/\/near:6443 [0-9a-f]{12}$/);
      expect(identify(more)).to.equal(identify(two));
      expect(identify(two, "other")).not.to.equal(identify(two));
      // Recreated at the same address, it is another.
      expect(identify(two.replace("QQ==", "Qg=="))).not.to.equal(identify(two));
    });
  });

  describe("with a user", () => {
    let api: FakeApi;
    let client: KubeClient | undefined;
    let isRefused: (request: SeenRequest) => boolean;
    beforeEach(async () => {
      isRefused = () => false;
      api = await startFakeApi((request) => (isRefused(request) ? { status: 401 } : { status: 200 }));
    });
    afterEach(async () => {
      client?.close();
      await api.close();
    });

    const headersFor = async (user: object) => {
      client = new KubeClient(file(kubeconfigFor({ server: api.url }, user)));
      await client.request("GET", "/x");
      return api.seen.at(-1)?.headers ?? {};
    };
    const token = ({ authorization }: { authorization?: string }) => authorization;

    it("shows a token or a password", async () => {
      expect(token(await headersFor({ token: "word" }))).to.equal("Bearer word");
      expect(token(await headersFor({ username: "u", password: "p" }))).to.equal(`Basic ${base64("u:p")}`);
    });

    it("reads a token's file anew when it has changed", async () => {
      const path = file("first\n", "token");
      expect(token(await headersFor({ tokenFile: "token" }))).to.equal("Bearer first");
      writeFileSync(path, "second");
      await client?.request("GET", "/x");
      expect(token(api.seen.at(-1)?.headers ?? {})).to.equal("Bearer second");
    });

    it("acts as another where it is told to", async () => {
      const headers = await headersFor({
        token: "t",
        as: "alice",
        "as-groups": ["a", "b"],
        "as-user-extra": { x: ["1"] },
      });
      expect(headers).to.include({
        "impersonate-user": "alice",
        "impersonate-group": "a, b",
        "impersonate-extra-x": "1",
      });
    });

    /** A login program that counts its runs and hands out `run-N`. */
    function loginProgram(expirationTimestamp: string): string {
      const path = file(
        [
          "#!/bin/sh",
          'echo run >> "$(dirname "$0")/runs"',
          'printf %s "$KUBERNETES_EXEC_INFO" > "$(dirname "$0")/info"',
          'count=$(wc -l < "$(dirname "$0")/runs" | tr -d " ")',
          `echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"run-'$count'"${expirationTimestamp}}}'`,
        ].join("\n"),
        "login",
      );
      chmodSync(path, 0o755);
      return "./login";
    }
    const exec = (command: string) => ({
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command,
        interactiveMode: "Never",
        provideClusterInfo: true,
      },
    });

    it("runs its login program once for as long as the token lasts", async () => {
      const later = new Date(Date.now() + 3_600_000).toISOString();
      const command = loginProgram(`,"expirationTimestamp":"${later}"`);
      expect(token(await headersFor(exec(command)))).to.equal("Bearer run-1");
      await client?.request("GET", "/x");
      expect(token(api.seen.at(-1)?.headers ?? {})).to.equal("Bearer run-1");
      const info = JSON.parse(readFileSync(join(folder, "info"), "utf8")) as { spec: { cluster: { server: string } } };
      expect(info.spec.cluster.server).to.equal(api.url);
    });

    it("runs its login program anew when the token has expired", async () => {
      const soon = new Date(Date.now() - 1_000).toISOString();
      await headersFor(exec(loginProgram(`,"expirationTimestamp":"${soon}"`)));
      await client?.request("GET", "/x");
      expect(token(api.seen.at(-1)?.headers ?? {})).to.equal("Bearer run-2");
    });

    it("runs its login program anew when the server refuses the token", async () => {
      isRefused = ({ headers }) => headers.authorization === "Bearer run-1";
      expect(token(await headersFor(exec(loginProgram(""))))).to.equal("Bearer run-2");
    });

    it("reports a login program that fails, with the remedy", async () => {
      const error: unknown = await headersFor(exec("false")).catch((one: unknown) => one);
      expect(String(error)).to.match(/login program false .*context one.*log in/);
    });
  });
});
