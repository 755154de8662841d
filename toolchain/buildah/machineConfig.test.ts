import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { machineConfig, npmSettings, pipSettings } from "./machineConfig";

describe("the machine's registry settings", () => {
  it("contain npm's registry settings, the strongest file and the environment last", () => {
    const files = [
      "registry=https://first.example/\ncache=/home/me/.npm\n; a comment\n",
      "registry = https://second.example/\n@ours:registry=https://ours.example/\n//ours.example/:_authToken=${TOKEN}\nnodedir=/usr\n",
    ];
    const settings = npmSettings(files, {
      TOKEN: "t0ken",
      npm_config_https_proxy: "http://proxy",
      npm_config_cache: "/c",
    });
    expect(Object.fromEntries(settings)).to.deep.equal({
      registry: "https://second.example/",
      "@ours:registry": "https://ours.example/",
      "//ours.example/:_authToken": "t0ken",
      "https-proxy": "http://proxy",
    });
  });

  it("contain pip's index settings", () => {
    const listed = "global.index-url='https://index.example/simple'\n:env:.cert='/ca'\nglobal.cache-dir='/c'\n";
    const settings = pipSettings(listed, { PIP_TRUSTED_HOST: "index.example", PIP_FIND_LINKS: "/wheels" });
    expect(Object.fromEntries(settings)).to.deep.equal({
      "index-url": "https://index.example/simple",
      cert: "/ca",
      "trusted-host": "index.example",
    });
  });

  it("reach a RUN as files that only their owner can read, with the machine's authorities", async function () {
    // npm and pip are asked what they are set up with.
    this.timeout(60_000);
    const dir = mkdtempSync(join(tmpdir(), "config-"));
    try {
      const ca = join(dir, "ca.crt");
      const npmrc = join(dir, "npmrc");
      writeFileSync(ca, "authorities");
      writeFileSync(npmrc, "//r.example/:_authToken=t0ken\n");
      const env = { NODE_EXTRA_CA_CERTS: ca, npm_config_userconfig: npmrc };
      const mounts = await machineConfig(dir, env);
      expect(mounts.find(({ id }) => id === "kubeflow-stack-ca")?.source).to.equal(ca);
      const written = mounts.find(({ target }) => target === "/root/.npmrc")?.source ?? "";
      expect(readFileSync(written, "utf8")).to.match(/_authToken=t0ken\n(.*\n)*cafile=\/run\/secrets\//);
      expect(statSync(written).mode & 0o077).to.equal(0);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
