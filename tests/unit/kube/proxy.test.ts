import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { skip } from "../../../cli/testing/skip";
import { KubeClient } from "../../../kube/client";
import { proxyFor } from "../../../kube/proxy";
import { kubeconfigFor, selfSigned, startFakeApi, startProxy, type FakeApi } from "../../support/cluster/fakeApi";

const names = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"];

describe("a proxy before the API server", () => {
  let environment: NodeJS.ProcessEnv;
  let api: FakeApi;
  let proxy: Awaited<ReturnType<typeof startProxy>>;
  let client: KubeClient | undefined;
  let cluster: object;

  before(function () {
    if (spawnSync("openssl", ["version"]).status !== 0)
      skip(this, "openssl, which makes the server's certificate, is not installed");
  });
  beforeEach(async () => {
    environment = { ...process.env };
    for (const name of names) delete process.env[name];
    const certificate = selfSigned();
    api = await startFakeApi(() => ({ status: 200, body: { ok: true } }), certificate);
    proxy = await startProxy(api.url);
    // Nobody knows that name: only the proxy can lead there.
    cluster = {
      server: `https://api.example.test:6443/below`,
      "certificate-authority-data": Buffer.from(certificate.cert).toString("base64"),
    };
  });
  afterEach(async () => {
    client?.close();
    await proxy.close();
    await api.close();
    for (const name of names) delete process.env[name];
    Object.assign(process.env, environment);
  });

  const ask = async (more: object = {}): Promise<unknown> => {
    client = new KubeClient(kubeconfigFor({ ...cluster, ...more }, { token: "t" }));
    return client.request("GET", "/version");
  };

  it("is the kubeconfig's proxy-url", async () => {
    expect(await ask({ "proxy-url": proxy.url })).to.deep.equal({ ok: true });
    expect(proxy.tunnels).to.deep.equal(["api.example.test:6443"]);
    expect(api.seen[0]).to.include({ path: "/below/version" });
    expect(api.seen[0]?.headers).to.include({ authorization: "Bearer t" });
  });

  it("is the environment's HTTPS_PROXY", async () => {
    process.env["HTTPS_PROXY"] = proxy.url;
    expect(await ask()).to.deep.equal({ ok: true });
    expect(proxy.tunnels).to.have.length(1);
  });

  it("is left out for servers in NO_PROXY", async () => {
    process.env["HTTPS_PROXY"] = "http://127.0.0.1:1";
    process.env["NO_PROXY"] = "example.test";
    const error: unknown = await ask().catch((one: unknown) => one);
    expect(String(error))
      .to.include("api.example.test")
      .and.match(/ENOTFOUND|EAI_AGAIN/);
  });

  it("is checked like any server's certificate: what the proxy leads to must be the cluster", async () => {
    const stranger = { "certificate-authority-data": Buffer.from(selfSigned().cert).toString("base64") };
    const error: unknown = await ask({ ...stranger, "proxy-url": proxy.url }).catch((one: unknown) => one);
    expect(String(error)).to.match(/certificate/);
  });
});

describe("proxyFor", () => {
  const env = (noProxy = ""): NodeJS.ProcessEnv => ({
    HTTPS_PROXY: "proxy:3128",
    http_proxy: "http://plain:1",
    no_proxy: noProxy,
  });
  const through = (server: string, noProxy?: string): string | undefined =>
    proxyFor(new URL(server), "", env(noProxy))?.href;

  it("takes the variable of the server's scheme, in either case", () => {
    expect(through("https://api.test")).to.equal("http://proxy:3128/");
    expect(through("http://api.test")).to.equal("http://plain:1/");
    expect(proxyFor(new URL("https://api.test"), "", {})).to.equal(undefined);
  });

  it("prefers the kubeconfig's, also for this machine", () => {
    expect(proxyFor(new URL("https://localhost"), "socks5://s:1", env())?.href).to.equal("socks5://s:1");
  });

  it("never asks a proxy of the environment for this machine", () => {
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "[::1]"])
      expect(through(`https://${host}:6443`), host).to.equal(undefined);
  });

  const cases: [noProxy: string, server: string, isExcepted: boolean][] = [
    ["*", "https://api.test", true],
    ["api.test", "https://api.test", true],
    ["test", "https://api.test", true],
    [".api.test", "https://api.test", false],
    [".test, other", "https://api.test", true],
    ["api.test:6443", "https://api.test:6443", true],
    ["api.test:6443", "https://api.test", false],
    ["10.0.0.0/8", "https://10.1.2.3:6443", true],
    ["10.0.0.0/8", "https://11.1.2.3:6443", false],
    ["10.1.2.3", "https://10.1.2.3", true],
    ["fd00::/8", "https://[fd00::1]:6443", true],
    ["fd00::1", "https://[fd00::1]:6443", true],
    ["i.test", "https://api.test", false],
    ["", "https://api.test", false],
  ];
  for (const [noProxy, server, isExcepted] of cases)
    it(`${isExcepted ? "goes directly" : "goes through the proxy"} to ${server} where NO_PROXY is "${noProxy}"`, () => {
      expect(through(server, noProxy) === undefined).to.equal(isExcepted);
    });
});
