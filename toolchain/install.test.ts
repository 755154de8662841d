import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as passed } from "node:timers/promises";
import { promisify } from "node:util";
import { expect } from "chai";
import { sourcesToTry } from "./sources";
import { CacheError, faultOf } from "./faults";
import { type Tool, ToolError } from "./types";
import { type ReleaseServer, sha256, startReleaseServer } from "../tests/support/machine/releaseServer";

const root = join(__dirname, "..");
const script = "#!/bin/sh\necho tool 1.2.3\n";

/** Looks until it is so; the test's own limit ends it otherwise. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await passed(10);
}

describe("toolchain installation", function () {
  // Each of these starts whole processes.
  this.timeout(60_000);

  let server: ReleaseServer;
  let cache: string;
  let tool: Tool;

  beforeEach(async () => {
    server = await startReleaseServer();
    cache = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    server.files.set("/tool-1.2.3", { content: Buffer.from(script), behaviour: "good" });
    tool = {
      version: "1.2.3",
      programs: ["kubeflow-tool"],
      machine: { asks: "kubeflow-tool", least: "1.0" },
      official: { files: [{ url: `${server.url}/tool-1.2.3`, sha256: sha256(script), programs: "kubeflow-tool" }] },
      registries: { none: "this one is not in any registry" },
    };
  });

  afterEach(async () => {
    await server.close();
    rmSync(cache, { recursive: true });
  });

  /**
   * Installs in a process of its own, whose cache is private; gives what it wrote on both streams.
   * @param mount - what lies over the cache, for that process alone: words for `mount`
   */
  async function install(
    tools: Tool[],
    signal?: AbortSignal,
    mount: readonly string[] = [],
  ): Promise<{ record: string; said: string }> {
    const program = `
      const { Installer } = require("./toolchain/install.ts");
      const { plainProgress } = require("./toolchain/progress.ts");
      const progress = plainProgress((line) => console.error(line));
      const installer = new Installer({}, "/");
      for (const tool of ${JSON.stringify(tools)}) {
        installer.install("tool", tool, progress).then((one) => console.log(JSON.stringify(one)), (error) => console.error(error.name, error.message));
      }
    `;
    const env = { ...process.env, XDG_CACHE_HOME: cache, KUBEFLOW_STACK_SOURCES: "" };
    const command = [process.execPath, "--require", "./toolchain/typescript.cjs", "-e", program];
    const [first = "", ...rest] =
      mount.length === 0
        ? command
        : ["unshare", "--mount", "sh", "-c", `mount ${mount.join(" ")} test "$0" && exec "$@"`, cache, ...command];
    const done = await promisify(execFile)(first, rest, {
      cwd: root,
      env,
      ...(signal ? { signal, killSignal: "SIGKILL" as const } : {}),
    });
    return { record: done.stdout, said: done.stderr };
  }
  /** How much of a download is there. */
  const downloaded = (): number => {
    const folder = join(cache, "kubeflow-stack", "downloads");
    const part = existsSync(folder) ? readdirSync(folder).find((name) => name.endsWith(".part")) : undefined;
    return part ? statSync(join(folder, part)).size : 0;
  };
  const left = (): string[] => readdirSync(join(cache, "kubeflow-stack", "tools", "tool"));

  it("installs a tool once: a second run asks no server and prints nothing", async () => {
    const first = await install([tool]);
    expect(JSON.parse(first.record)).to.include({ source: "official", version: "1.2.3" });
    expect(first.said).to.match(/^tool 1\.2\.3: from its official release, \d+ s$/m);
    const second = await install([tool]);
    expect(second).to.deep.equal({ record: first.record, said: "" });
    expect(server.requests).to.have.length(1);
  });

  it("installs a tool once for two processes at the same time", async () => {
    const [one, other] = await Promise.all([install([tool, tool]), install([tool])]);
    expect(one.record.split("\n").slice(0, 2)).to.deep.equal([other.record.trim(), other.record.trim()]);
    expect(server.requests).to.have.length(1);
    expect(left()).to.have.length(1);
  });

  it("resumes where a killed run stopped", async () => {
    const content = Buffer.from(script.padEnd(200_000, "#"));
    const etag = '"one"';
    const files = [{ url: `${server.url}/big-1.2.3`, sha256: sha256(content), programs: "kubeflow-tool" }];
    const big: Tool = { ...tool, official: { files } };
    server.files.set("/big-1.2.3", { content, behaviour: "stalls", etag });
    const killed = new AbortController();
    const first = install([big], killed.signal).catch(() => "killed");
    await until(() => downloaded() >= content.length / 2);
    killed.abort();
    expect(await first).to.equal("killed");
    server.files.set("/big-1.2.3", { content, behaviour: "good", etag });
    expect((await install([big])).record).to.include('"official"');
    expect(server.requests.at(-1)?.range).to.equal(`bytes=${content.length / 2}-`);
  });

  it("installs a tool again when its description changes", async () => {
    await install([tool]);
    server.files.set("/tool-1.2.4", { content: Buffer.from(script), behaviour: "good" });
    const files = [{ url: `${server.url}/tool-1.2.4`, sha256: sha256(script), programs: "kubeflow-tool" }];
    const { record } = await install([{ ...tool, version: "1.2.4", official: { files } }]);
    expect(record).to.include("1.2.4");
  });

  it("reports for each source why it failed, and leaves nothing half done", async () => {
    const official = {
      files: [{ url: `${server.url}/tool-1.2.3`, sha256: "0".repeat(64), programs: "kubeflow-tool" }],
    };
    const { said } = await install([{ ...tool, official }]);
    expect(said).to.include("ToolError tool 1.2.3 cannot be obtained:");
    expect(said).to.include("machine: kubeflow-tool is not on the PATH");
    expect(said).to.match(new RegExp(`official: ${server.url}/tool-1.2.3 .*${sha256(script)}.*0{64}`));
    expect(said).to.include("registries: this one is not in any registry");
    expect(left()).to.deep.equal([]);
  });

  it("reports a full disk in one sentence, and tries no other source, which would need more of it", async () => {
    const content = Buffer.from(script.padEnd(2_000_000, "#"));
    server.files.set("/big-1.2.3", { content, behaviour: "good" });
    const files = [{ url: `${server.url}/big-1.2.3`, sha256: sha256(content), programs: "kubeflow-tool" }];
    const { said } = await install([{ ...tool, official: { files } }], undefined, ["-t", "tmpfs", "-o", "size=1m"]);
    expect(said.trim().split("\n").at(-1)).to.match(/^CacheError .*disk .* is full .*XDG_CACHE_HOME\.$/);
    expect(said).not.to.include("registries:");
  });

  it("reports a full disk also when a program finds it", () => {
    const fault = faultOf(new ToolError('"go build" exit code 1:\nlink: write /x: no space left on device'));
    expect(fault).to.be.instanceOf(CacheError);
    expect(fault?.message).to.match(/is full \(link: write \/x: no space left on device\): free/);
  });

  it("reports in one sentence that the cache cannot be written", async () => {
    const { said } = await install([tool], undefined, ["-t", "tmpfs", "-o", "ro"]);
    expect(said.trim().split("\n").at(-1)).to.match(/^CacheError .* cannot be written \(E\w+: .*XDG_CACHE_HOME\.$/);
  });

  it("tries the next source after an unforeseen fault, but never after a bug", () => {
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET", syscall: "read" });
    expect(faultOf(reset)).to.be.instanceOf(ToolError).and.not.instanceOf(CacheError);
    expect(faultOf(new TypeError("undefined is no function"))).to.equal(undefined);
  });

  it("tries the next source when the machine's program does not run", async () => {
    const folder = join(cache, "path");
    mkdirSync(folder);
    writeFileSync(join(folder, "kubeflow-tool"), "\u007fELF, but only in name", { mode: 0o755 });
    const before = process.env["PATH"];
    process.env["PATH"] = `${folder}:${before}`;
    try {
      expect((await install([tool])).record).to.include('"official"');
    } finally {
      process.env["PATH"] = before;
    }
  });

  it("installs a tool again when a power failure has emptied its record", async () => {
    await install([tool]);
    const [folder = ""] = left();
    writeFileSync(join(cache, "kubeflow-stack", "tools", "tool", folder, "installed.json"), "");
    expect((await install([tool])).record).to.include('"official"');
  });

  it("tries only the selected sources", () => {
    expect(sourcesToTry("")).to.deep.equal(["machine", "official", "registries"]);
    expect(sourcesToTry("registries, machine")).to.deep.equal(["machine", "registries"]);
    expect(() => sourcesToTry("magic")).to.throw(
      'KUBEFLOW_STACK_SOURCES names "magic"; it takes a comma-separated list of machine',
    );
  });
});
