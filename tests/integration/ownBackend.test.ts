import { expect } from "chai";
import { execa } from "execa";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { holdsResources } from "../../engine/stateFile";
import { stackOwner } from "../../node/owner";
import { defaultStateDir, nodePaths } from "../../node/paths";

const root = path.resolve(__dirname, "../..");
const variables = ["PULUMI_HOME", "PULUMI_CREDENTIALS_PATH", "PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN"];

/** A deployment with one resource that no provider is needed to delete. */
const deployment = {
  version: 3,
  deployment: {
    resources: [
      {
        urn: "urn:pulumi:dev::kubeflow-stack::pulumi:pulumi:Stack::kubeflow-stack-dev",
        type: "pulumi:pulumi:Stack",
        custom: false,
      },
    ],
  },
};

describe("a person's own Pulumi backend", () => {
  let folder: string;
  let url: string;
  let state: string;
  let home: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "own-"));
    [url, state, home] = [
      `file://${path.join(folder, "theirs")}`,
      path.join(folder, "state"),
      path.join(folder, "person"),
    ];
    for (const name of ["theirs", "project", "person"]) mkdirSync(path.join(folder, name));
    writeFileSync(path.join(folder, "project/Pulumi.yaml"), "name: kubeflow-stack\nruntime: nodejs\n");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** Runs a command of the CLI as a person with a home of their own. */
  async function run(words: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const [command = "", ...rest] = words;
    const options = ["--state", state, "--project", path.join(folder, "project")];
    const line = ["--require", "./toolchain/typescript.cjs", "cli/main.ts", command, ...options, ...rest];
    const unset = Object.fromEntries(variables.map((name) => [name, undefined]));
    const result = await execa(process.execPath, line, {
      cwd: root,
      env: { ...unset, HOME: home, XDG_STATE_HOME: path.join(folder, "nodes"), XDG_CACHE_HOME: cache, ...env },
      reject: false,
    });
    return { code: result.exitCode, stdout: result.stdout, said: result.stderr };
  }
  /** The cache is the tests' own, wherever HOME points. */
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(process.env["HOME"] ?? "", ".cache");
  const login = () => {
    mkdirSync(path.join(home, ".pulumi"));
    const credentials = { current: url, accessTokens: { [url]: "" }, accounts: { [url]: {} } };
    writeFileSync(path.join(home, ".pulumi/credentials.json"), JSON.stringify(credentials), { mode: 0o600 });
  };
  const backend = async (env: Readonly<Record<string, string>> = {}): Promise<string> => {
    const { stdout } = await run(["pulumi", "whoami", "--verbose", "--json"], env);
    return (JSON.parse(stdout) as { url: string }).url;
  };
  /** Puts a resource into the stack's state. */
  const fill = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
    const file = path.join(folder, "deployment.json");
    writeFileSync(file, JSON.stringify(deployment));
    const { code, said } = await run(["pulumi", "stack", "import", "--file", file], env);
    expect(code, said).to.equal(0);
  };

  it("is used with its stored credentials, and gets no plugin of ours", async () => {
    login();
    expect(await backend()).to.equal(url);
    expect(readdirSync(path.join(state, "home/plugins")).join(" ")).to.match(/resource-kubernetes.*resource-random/);
    expect(readdirSync(path.join(home, ".pulumi"))).to.deep.equal(["credentials.json"]);
  });

  it("is what npm run pulumi -- login logs in to", async () => {
    expect(await backend()).not.to.equal(url);
    const { code, said } = await run(["pulumi", "login", url]);
    expect(code).to.equal(0);
    expect(said).to.include(url);
    const credentials = readFileSync(path.join(home, ".pulumi/credentials.json"), "utf8");
    expect((JSON.parse(credentials) as { current: string }).current).to.equal(url);
    expect(await backend()).to.equal(url);
    expect((await run(["pulumi", "logout"])).code).to.equal(0);
    expect(await backend()).not.to.equal(url);
  });

  it("does not hide a stack that the private state holds: down still deletes that", async () => {
    await fill();
    const { said } = await run(["pulumi", "login", url]);
    expect(said).to.include(state);
    expect(holdsResources(state, "dev")).to.equal(true);
    const down = await run(["down"]);
    expect(down.code, down.said).to.equal(0);
    expect(down.said).to.include(`stays in ${state}`);
    expect(holdsResources(state, "dev")).to.equal(false);
    expect(await backend()).to.equal(url);
  });

  it("that PULUMI_BACKEND_URL names has no stack of the private state: down fails and says where the stack lies", async () => {
    await fill();
    for (const command of ["down", "drift"]) {
      const { code, said } = await run([command], { PULUMI_BACKEND_URL: url });
      expect(code, command).to.equal(1);
      expect(said).to.include(url).and.include(state).and.include("PULUMI_BACKEND_URL");
    }
    expect(holdsResources(state, "dev")).to.equal(true);
  });

  it("holds a node that is left when the person logs out: down fails and names the backend", async () => {
    const node = nodePaths(defaultStateDir("dev", path.join(folder, "nodes")));
    mkdirSync(node.stateDir, { recursive: true });
    writeFileSync(node.owner, JSON.stringify(stackOwner("kubeflow-stack", "dev", url)));
    const { code, said } = await run(["down"]);
    expect(code).to.equal(1);
    expect(said).to.include(`PULUMI_BACKEND_URL=${url} npm run down`);
    // The stack's own backend may delete it.
    const down = await run(["down"], { PULUMI_BACKEND_URL: url });
    expect(down.code, down.said).to.equal(0);
    expect(existsSync(node.stateDir)).to.equal(false);
  });

  it("holds a node that is left when the private state has an empty stack of that name, too: down fails", async () => {
    await fill();
    expect((await run(["down"])).code).to.equal(0);
    const node = nodePaths(defaultStateDir("dev", path.join(folder, "nodes")));
    mkdirSync(node.stateDir, { recursive: true });
    writeFileSync(node.owner, JSON.stringify(stackOwner("kubeflow-stack", "dev", url)));
    const { code, said } = await run(["down"]);
    expect(code).to.equal(1);
    expect(said).to.include(`PULUMI_BACKEND_URL=${url} npm run down`);
  });

  for (const PULUMI_CONFIG_PASSPHRASE of ["", "their own"])
    it(`has a passphrase that the private state does not take: "${PULUMI_CONFIG_PASSPHRASE}"`, async () => {
      await fill();
      const down = await run(["down"], { PULUMI_CONFIG_PASSPHRASE });
      expect(down.code, down.said).to.equal(0);
      expect(holdsResources(state, "dev")).to.equal(false);
    });

  it("has stacks that can be renamed; one of the private state cannot, since its node and its state carry the name", async () => {
    await fill();
    const { code, said } = await run(["pulumi", "stack", "rename", "prod"]);
    expect(code).to.equal(1);
    expect(said).to.include("npm run down");
    expect((await run(["down"])).code).to.equal(0);
    expect(holdsResources(state, "dev")).to.equal(false);
  });

  it("is not asked when --config-file names no file: up and render fail and name it", async () => {
    for (const command of ["up", "render"]) {
      const { code, said } = await run([command, "--config-file", path.join(folder, "absent.yaml")]);
      expect(code, command).to.equal(1);
      expect(said).to.include(path.join(folder, "absent.yaml"));
    }
  });
});
