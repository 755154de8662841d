import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { forgetUnreachable } from "../download";
import { silent } from "../progress";
import { type OfficialSource, ToolError } from "../types";
import { downloadRelease } from "./official";
import { type ReleaseServer, sha256, startReleaseServer } from "../../tests/support/machine/releaseServer";

const script = "#!/bin/sh\necho tool 1.2.3\n";

describe("toolchain official releases", () => {
  let server: ReleaseServer;
  let folder: string;
  let archive: Buffer;

  beforeEach(async () => {
    forgetUnreachable();
    server = await startReleaseServer();
    folder = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    mkdirSync(join(folder, "made", "tool-1.2.3"), { recursive: true });
    writeFileSync(join(folder, "made", "tool-1.2.3", "tool"), script);
    chmodSync(join(folder, "made", "tool-1.2.3", "tool"), 0o755);
    execFileSync("tar", ["-czf", join(folder, "tool.tgz"), "-C", join(folder, "made"), "tool-1.2.3"]);
    archive = readFileSync(join(folder, "tool.tgz"));
  });

  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const obtain = (source: OfficialSource): Promise<void> =>
    downloadRelease(source, join(folder, "to"), silent.start(""), join(folder, "log"), {
      answerMs: 300,
      stallMs: 50,
      downloads: join(folder, "downloads"),
    });
  const publish = (list: string): OfficialSource => {
    server.files.set("/tool.tgz", { content: archive, behaviour: "good" });
    server.files.set("/sums", { content: Buffer.from(list), behaviour: "good" });
    return {
      files: [
        {
          url: `${server.url}/tool.tgz`,
          sha256: { publishedAt: `${server.url}/sums` },
          programs: { tool: "tool-1.2.3/tool" },
        },
      ],
    };
  };
  const failure = (source: OfficialSource): Promise<string> =>
    obtain(source).then(
      () => "no failure",
      (error: unknown) => (error instanceof ToolError ? error.message : String(error)),
    );

  for (const [format, list] of [
    ["a bare checksum", (sum: string) => `${sum}\n`],
    ["a list of files", (sum: string) => `${"1".repeat(64)}  other.tgz\n${sum}  tool.tgz\n`],
    ["a list of binary files", (sum: string) => `${sum} *./tool.tgz\n`],
    ["capital letters", (sum: string) => `${sum.toUpperCase()}  tool.tgz\n`],
  ] as const) {
    it(`reads published checksums: ${format}`, async () => {
      await obtain(publish(list(sha256(archive))));
      expect(execFileSync(join(folder, "to", "bin", "tool")).toString()).to.equal("tool 1.2.3\n");
      expect(readdirSync(join(folder, "downloads"))).to.deep.equal([]);
    });
  }

  it("takes a program that is no archive", async () => {
    server.files.set("/tool", { content: Buffer.from(script), behaviour: "good" });
    await obtain({ files: [{ url: `${server.url}/tool`, sha256: sha256(script), programs: "tool" }] });
    expect(execFileSync(join(folder, "to", "bin", "tool")).toString()).to.equal("tool 1.2.3\n");
  });

  it("refuses a wrong checksum", async () => {
    expect(await failure(publish(`${"1".repeat(64)}  tool.tgz\n`))).to.match(/has the checksum/);
  });

  it("refuses a checksum file that does not name the file", async () => {
    expect(await failure(publish(`${"1".repeat(64)}  other.tgz\n`))).to.match(/lists no SHA-256 of tool\.tgz/);
    expect(await failure(publish("<html>Sign in</html>"))).to.match(/lists no SHA-256 of tool\.tgz/);
  });

  it("refuses an archive cut short at the server", async () => {
    const source = publish(`${sha256(archive)}  tool.tgz\n`);
    server.files.set("/tool.tgz", { content: archive.subarray(0, 50), behaviour: "good" });
    expect(await failure(source)).to.match(/has the checksum/);
  });

  it("refuses an archive without the program", async () => {
    server.files.set("/tool.tgz", { content: archive, behaviour: "good" });
    const file = { url: `${server.url}/tool.tgz`, sha256: sha256(archive), programs: { tool: "elsewhere/tool" } };
    expect(await failure({ files: [file] })).to.equal(
      `${sha256(`${server.url}/tool.tgz`).slice(0, 12)}-tool.tgz holds no elsewhere/tool`,
    );
  });

  it("reports a missing checksum file, a missing file and silence", async () => {
    const source = publish(`${sha256(archive)}  tool.tgz\n`);
    server.files.delete("/tool.tgz");
    expect(await failure(source)).to.equal(`${server.url}/tool.tgz answered 404`);
    server.files.delete("/sums");
    expect(await failure(source)).to.equal(`${server.url}/sums answered 404`);
    server.files.set("/sums", { content: archive, behaviour: "silent" });
    expect(await failure(source)).to.match(/no answer in 0.3 s/);
  });
});
