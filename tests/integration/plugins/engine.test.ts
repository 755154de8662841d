import { expect } from "chai";
import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiServer, startApiServer } from "../../support/cluster/apiServer";
import { startControllers } from "../../support/cluster/controllers";
import { EngineProject } from "../../support/plugins/engineProject";
import { readTrace, recordedCalls } from "../../support/plugins/traces";

type Json = Record<string, unknown>;

const SECONDS = 180;

/** The project with the recorded program. */
class RecordedProject {
  private constructor(private readonly project: EngineProject) {}

  static async make(server: ApiServer): Promise<RecordedProject> {
    const program = readTrace("program.ts.txt").replace("<kubeconfig file>", server.kubeconfigPath);
    return new RecordedProject(await EngineProject.make(program, SECONDS));
  }

  run(...args: string[]): Promise<string> {
    return this.project.run(args, { STEP: "1" });
  }

  /** Runs an update on the first or second version of the program, and returns how many resources were made, changed and so on. */
  async changes(step: "1" | "2", command: "up" | "refresh" | "destroy"): Promise<Json> {
    await this.project.run([command, "--yes", "--skip-preview"], { STEP: step });
    const [latest] = JSON.parse(await this.run("stack", "history", "--json", "--page-size", "1")) as Json[];
    return (latest?.["resourceChanges"] ?? {}) as Json;
  }

  remove(): Promise<void> {
    return this.project.remove();
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
    expect(await project.changes("1", "refresh")).to.deep.equal({ same: 11 });
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
