/** Programs of their own, run by the real engine with our plugins. */
import { execa } from "execa";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ensureTools } from "../../../infra/recipes";
import { ensurePlugins } from "../../../infra/recipes/plugins";

const root = resolve(__dirname, "../../..");

/** How a command ended, and what it printed. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** A project with a program of its own, a stack `dev` and a backend in its folder. */
export class EngineProject {
  private constructor(
    readonly folder: string,
    private readonly pulumi: string,
    private readonly env: Readonly<Record<string, string>>,
    private readonly seconds: number,
  ) {}

  /**
   * @param program its TypeScript; `<root>` stands for this repository's folder
   * @param seconds how long a command may take
   */
  static async make(program: string, seconds = 180): Promise<EngineProject> {
    const tools = await ensureTools(["pulumi"]);
    const folder = await mkdtemp(join(tmpdir(), "engine-project-"));
    const home = join(folder, "home");
    await ensurePlugins(home);
    await writeFile(join(folder, "index.ts"), program.replaceAll("<root>", root));
    await writeFile(join(folder, "package.json"), JSON.stringify({ name: "trace", main: "index.ts" }));
    const loader = `--require ${join(root, "toolchain/typescript.cjs")}`;
    const runtime = { name: "nodejs", options: { typescript: false, nodeargs: loader } };
    const plugins = { providers: [{ name: "kubeflow-stack", path: join(root, "plugins/stack") }] };
    await writeFile(join(folder, "Pulumi.yaml"), JSON.stringify({ name: "trace", runtime, main: "index.ts", plugins }));
    await symlink(join(root, "node_modules"), join(folder, "node_modules"));
    const { PATH = "" } = tools.env();
    const env = {
      PATH: `${join(root, "node_modules/.bin")}:${PATH}`,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${folder}`,
      PULUMI_CONFIG_PASSPHRASE: "of the tests",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A language host that does not heed the runtime's options would check the types of all that the program imports.
      PULUMI_NODEJS_TRANSPILE_ONLY: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
    const project = new EngineProject(folder, tools.bin("pulumi"), env, seconds);
    await project.run(["stack", "init", "dev"]);
    return project;
  }

  /**
   * Runs a Pulumi command.
   * @param env what the program finds in its environment
   * @returns its standard output
   */
  async run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
    const { stdout } = await this.execute(args, env, true);
    return stdout;
  }

  /** Runs a Pulumi command that may fail. */
  async ending(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    const { exitCode, all } = await this.execute(args, env, false);
    return { code: exitCode ?? -1, output: all };
  }

  /** Removes the project; not what its stack has made. */
  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private execute(args: readonly string[], env: Readonly<Record<string, string>>, reject: boolean) {
    const command = ["--non-interactive", "--color", "never", "--cwd", this.folder, ...args];
    const options = { env: { ...this.env, ...env }, timeout: this.seconds * 1000, all: true, reject } as const;
    return execa(this.pulumi, command, options);
  }
}
