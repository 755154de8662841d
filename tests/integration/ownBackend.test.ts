import { expect } from "chai";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readArguments } from "../../cli/arguments";
import { openSession } from "../../engine/session";

const settings = ["HOME", "PULUMI_HOME", "PULUMI_CREDENTIALS_PATH", "PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"];

describe("a person's own Pulumi backend", () => {
  let folder: string;
  let before: (string | undefined)[];
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "own-"));
    before = settings.map((name) => process.env[name]);
    for (const name of settings) delete process.env[name];
    process.env["HOME"] = path.join(folder, "person");
  });
  afterEach(() => {
    for (const [index, name] of settings.entries()) {
      const value = before[index];
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it("is used with its stored credentials, and gets no plugin of ours", async () => {
    const url = `file://${path.join(folder, "theirs")}`;
    mkdirSync(path.join(folder, "theirs"));
    const theirHome = path.join(folder, "person", ".pulumi");
    mkdirSync(theirHome, { recursive: true });
    const credentials = { current: url, accessTokens: { [url]: "" }, accounts: { [url]: {} } };
    writeFileSync(path.join(theirHome, "credentials.json"), JSON.stringify(credentials), { mode: 0o600 });

    const state = path.join(folder, "state");
    const { state: opened, pulumi } = await openSession(readArguments("preview", ["--state", state]));
    expect(opened.isOurs).to.equal(false);
    const who = JSON.parse(await pulumi.ask(["whoami", "--verbose", "--json"])) as { url: string };
    expect(who.url).to.equal(url);
    expect(readdirSync(path.join(state, "home", "plugins")).join(" ")).to.match(/resource-kubernetes.*resource-random/);
    expect(readdirSync(theirHome)).to.deep.equal(["credentials.json"]);
  });
});
