import { expect } from "chai";
import { execa } from "execa";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensurePlugins, ensureTools } from "../../../toolchain";
import { type ApiServer, startApiServer } from "../../support/apiServer";
import { startControllers } from "../../support/controllers";
import { readTrace, recordedCalls } from "../../support/traces";

type Json = Record<string, unknown>;

const root = resolve(__dirname, "../../..");
const SECONDS = 180;

/** A project of its own with the recorded program, run by the real engine with our plugins. */
class RecordedProject {
  private constructor(
    private readonly folder: string,
    private readonly pulumi: string,
    private readonly env: Record<string, string>,
  ) {}

  static async make(server: ApiServer): Promise<RecordedProject> {
    const tools = await ensureTools(["pulumi"]);
    const folder = await mkdtemp(join(tmpdir(), "recorded-program-"));
    const home = join(folder, "home");
    await ensurePlugins(home);
    await writeFile(
      join(folder, "index.ts"),
      readTrace("program.ts.txt").replace("<kubeconfig file>", server.kubeconfigPath),
    );
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "trace", main: "index.ts" }));
    const loader = `--require ${join(root, "toolchain/typescript.cjs")}`;
    const runtime = { name: "nodejs", options: { typescript: false, nodeargs: loader } };
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "trace", runtime, main: "index.ts" }));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const { PATH = "" } = tools.env();
    const project = new RecordedProject(folder, tools.bin("pulumi"), {
      PATH: `${join(root, "node_modules/.bin")}:${PATH}`,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "of the tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    await project.run("stack", "init", "dev");
    return project;
  }

  async run(...args: string[]): Promise<string> {
    return (await this.step("1", ...args)).stdout;
  }

  /** Runs a command on the first or second version of the program. */
  async step(step: "1" | "2", ...args: string[]): Promise<{ stdout: string }> {
    const command = ["--non-interactive", "--cwd", this.folder, ...args];
    const { stdout } = await execa(this.pulumi, command, { env: { ...this.env, STEP: step }, timeout: SECONDS * 1000 });
    return { stdout };
  }

  /** Runs an update, and returns how many resources were made, changed and so on. */
  async changes(step: "1" | "2", command: "up" | "refresh" | "destroy"): Promise<Json> {
    await this.step(step, command, "--yes", "--skip-preview");
    const [latest] = JSON.parse(await this.run("stack", "history", "--json", "--page-size", "1")) as Json[];
    return (latest?.["resourceChanges"] ?? {}) as Json;
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * The state the official plugin left. The recording has no kubeconfig, and its secrets are encrypted with a passphrase
 * nobody has; both are put back, the secrets from the calls beside it.
 * @param ours a deployment of the stack it is for, which says how that stack encrypts
 */
function officialState(kubeconfig: string, ours: Json): unknown {
  const { version, deployment } = JSON.parse(readTrace("3-state.json")) as { version: number; deployment: Json };
  const created = recordedCalls("2-up").find(
    ({ method, request }) => method === "Create" && request["name"] === "credentials",
  );
  const data = (created?.request["properties"] as { data: { value: Json } }).data.value;
  const resources = JSON.parse(JSON.stringify(deployment["resources"]), (key, value: unknown) => {
    if (key === "kubeconfig" && value === "<kubeconfig>") return kubeconfig;
    if (key === "propertyDependencies") return undefined;
    const isEncrypted = typeof value === "object" && value !== null && "ciphertext" in value;
    return isEncrypted ? { ...value, ciphertext: undefined, plaintext: JSON.stringify(data) } : value;
  }) as unknown;
  return { version, deployment: { ...deployment, secrets_providers: ours["secrets_providers"], resources } };
}

describe("the recorded program, run by the real engine with our plugins", function () {
  this.timeout(SECONDS * 1000);
  let server: ApiServer;
  let stopControllers: () => void;
  let project: RecordedProject;

  before(async () => {
    server = await startApiServer();
    stopControllers = await startControllers(server, {
      release: [{ group: "/apis/example.com/v1", plural: "widgets" }],
    });
    project = await RecordedProject.make(server);
  });

  after(async () => {
    await project.remove();
    stopControllers();
    await server.stop();
  });

  it("comes up", async () => {
    expect(await project.changes("1", "up")).to.deep.equal({ create: 11 });
  });

  it("changes nothing the second time, nor in a refresh", async () => {
    expect(await project.changes("1", "up")).to.deep.equal({ same: 11 });
    await project.run("preview", "--expect-no-changes");
  });

  it("holds no secret in clear", async () => {
    expect(await project.run("stack", "export"))
      .not.to.contain("czNjcjN0")
      .and.not.to.contain("s3cr3t");
  });

  it("updates and replaces what the recordings did", async () => {
    expect(await project.changes("2", "up")).to.deep.equal({ same: 7, update: 2, replace: 2 });
  });

  it("goes away", async () => {
    expect(await project.changes("2", "destroy")).to.deep.equal({ delete: 11 });
  });

  it("shows no change in a state the official plugin wrote", async () => {
    const { deployment } = JSON.parse(await project.run("stack", "export")) as { deployment: Json };
    const state = JSON.stringify(officialState(server.kubeconfig, deployment));
    const file = join(tmpdir(), `official-state-${process.pid}.json`);
    await writeFile(file, state, { mode: 0o600 });
    try {
      await project.run("stack", "import", "--file", file);
      await project.run("preview", "--expect-no-changes");
    } finally {
      await rm(file);
    }
  });
});
