import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { text } from "node:stream/consumers";
import { defaultStateDir } from "../../../node/paths";

/** What a command came to. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** What it said on the way; also copied to the tests' own standard error. */
  readonly stderr: string;
}

const root = path.join(__dirname, "../../..");

/** A stack of the tests' own: its name, and one folder for its configuration, Pulumi's state and the node's. */
export class Place {
  /** The stack's configuration. */
  readonly configFile: string;
  /** Pulumi's state. */
  readonly state: string;
  /** The state of the stack's local node. */
  readonly node: string;

  /**
   * @param stack - its name
   * @param folder - of an absolute path
   * @param words - further arguments of every command. Default: none
   * @param within - what every command is started by, as `nsenter …`. Default: nothing
   */
  constructor(
    readonly stack: string,
    readonly folder: string,
    private readonly words: readonly string[] = [],
    private readonly within: readonly string[] = [],
  ) {
    this.configFile = path.join(folder, `Pulumi.${stack}.yaml`);
    this.state = path.join(folder, "pulumi");
    this.node = defaultStateDir(stack, path.join(folder, "state"));
  }

  /**
   * Starts a command of the CLI on this stack, as `npm run` would.
   * @param detached - in a process group of its own, to be killed as a whole
   */
  start(words: readonly string[], detached = false) {
    const [command = "", ...rest] = words;
    const where = ["--stack", this.stack, "--state", this.state, "--config-file", this.configFile];
    const line = [...this.within, process.execPath, "toolchain/bootstrap.cjs", command, ...where];
    return spawn(line[0] ?? "", [...line.slice(1), ...this.words, ...rest], {
      cwd: root,
      detached,
      env: { ...process.env, XDG_STATE_HOME: path.join(this.folder, "state") },
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** Runs a command of the CLI on this stack to its end. */
  async run(...words: string[]): Promise<CommandResult> {
    const child = this.start(words);
    child.stderr.pipe(process.stderr, { end: false });
    const [[code], stdout, stderr] = await Promise.all([
      once(child, "close") as Promise<[number | null]>,
      text(child.stdout),
      text(child.stderr),
    ]);
    return { code, stdout, stderr };
  }

  /** How many resources the last update created, changed, replaced and deleted. */
  async lastChanges(): Promise<number> {
    const { stdout } = await this.run("pulumi", "stack", "history", "--json", "--page-size", "1");
    const [last] = JSON.parse(stdout) as { resourceChanges?: Record<string, number> }[];
    const { same: _same, ...changes } = last?.resourceChanges ?? {};
    return Object.values(changes).reduce((sum, count) => sum + count, 0);
  }
}
