import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { download, forgetUnreachable } from "./download";
import { ToolError } from "./types";
import { type ReleaseServer, sha256, startReleaseServer } from "../tests/support/machine/releaseServer";

const content = randomBytes(300_000);

describe("toolchain download", () => {
  let server: ReleaseServer;
  let folder: string;
  let to: string;

  beforeEach(async () => {
    forgetUnreachable();
    server = await startReleaseServer();
    folder = mkdtempSync(join(tmpdir(), "kubeflow-stack-test-"));
    to = join(folder, "file");
  });

  afterEach(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  const failure = async (work: Promise<void>): Promise<string> => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(ToolError);
    return (error as ToolError).message;
  };

  it("fetches a file and reports its progress", async () => {
    server.files.set("/tool", { content, behaviour: "good" });
    const seen: (number | undefined)[][] = [];
    await download(`${server.url}/tool`, to, { sha256: sha256(content), onProgress: (...state) => seen.push(state) });
    expect(readFileSync(to).equals(content)).to.equal(true);
    expect(seen.at(-1)).to.deep.equal([content.length, content.length]);
    expect(existsSync(`${to}.part`)).to.equal(false);
  });

  it("resumes where a transfer broke off", async () => {
    server.files.set("/tool", { content, behaviour: "breaks", breaks: 4 });
    await download(`${server.url}/tool`, to, { sha256: sha256(content), onProgress: () => server.hangUp() });
    expect(readFileSync(to).equals(content)).to.equal(true);
    expect(server.requests).to.have.length(5);
    const starts = server.requests.slice(1).map(({ range }) => Number(/\d+/.exec(range ?? "")?.[0]));
    expect(starts).to.deep.equal([...starts].sort((one, other) => one - other));
    expect(starts[0]).to.be.greaterThan(0);
  });

  it("resumes where an earlier run stopped", async () => {
    const release = { content, behaviour: "stalls" as "stalls" | "good", etag: '"one"' };
    server.files.set("/tool", { ...release, behaviour: "breaks", breaks: 1 });
    // The first transfer breaks off, and the server is down before the second.
    const first = download(`${server.url}/tool`, to, {
      sha256: sha256(content),
      onProgress() {
        server.files.set("/tool", { ...release, behaviour: "silent" });
        server.hangUp();
      },
      answerMs: 50,
    });
    expect(await failure(first)).to.match(/cannot be reached/);
    forgetUnreachable();
    server.files.set("/tool", { ...release, behaviour: "good" });
    await download(`${server.url}/tool`, to, { sha256: sha256(content) });
    expect(server.requests.at(-1)?.range).to.match(/^bytes=[1-9]/);
    expect(readFileSync(to).equals(content)).to.equal(true);
  });

  it("keeps a file that an earlier run fetched whole, and starts over when the file became shorter", async () => {
    const release = { content, behaviour: "good" as const, etag: '"one"' };
    server.files.set("/tool", release);
    writeFileSync(`${to}.part`, content);
    writeFileSync(`${to}.part.tag`, release.etag);
    await download(`${server.url}/tool`, to, { sha256: sha256(content) });
    expect(readFileSync(to).equals(content)).to.equal(true);
    writeFileSync(`${to}.part`, Buffer.concat([content, content]));
    writeFileSync(`${to}.part.tag`, release.etag);
    await download(`${server.url}/tool`, to, { sha256: sha256(content) });
    expect(readFileSync(to).equals(content)).to.equal(true);
  });

  it("starts over when the file has changed in between", async () => {
    server.files.set("/tool", { content: randomBytes(200_000), behaviour: "breaks", breaks: 1 });
    await download(`${server.url}/tool`, to, {
      sha256: sha256(content),
      onProgress() {
        server.files.set("/tool", { content, behaviour: "good" });
        server.hangUp();
      },
    });
    expect(readFileSync(to).equals(content)).to.equal(true);
  });

  it("deletes a file with another checksum", async () => {
    server.files.set("/tool", { content, behaviour: "good" });
    const expected = "0".repeat(64);
    const message = await failure(download(`${server.url}/tool`, to, { sha256: expected }));
    expect(message).to.include(expected).and.to.include(sha256(content));
    expect(existsSync(to) || existsSync(`${to}.part`)).to.equal(false);
  });

  it("gives up on a file that is always cut short", async () => {
    server.files.set("/tool", { content, behaviour: "truncated" });
    expect(await failure(download(`${server.url}/tool`, to))).to.match(/broke off.* 3 times/);
    expect(existsSync(to)).to.equal(false);
  });

  it("fails with the server's answer", async () => {
    expect(await failure(download(`${server.url}/none`, to))).to.equal(`${server.url}/none answered 404`);
  });

  it("gives up on a transfer that stands still", async () => {
    server.files.set("/tool", { content, behaviour: "stalls" });
    expect(await failure(download(`${server.url}/tool`, to, { stallMs: 30 }))).to.match(/stood still for 0.03 s/);
  });

  it("asks a silent host once in a run", async () => {
    server.files.set("/tool", { content, behaviour: "silent" });
    expect(await failure(download(`${server.url}/tool`, to, { answerMs: 30 }))).to.match(/no answer in 0.03 s/);
    expect(await failure(download(`${server.url}/tool`, to))).to.match(/cannot be reached/);
    expect(server.requests).to.have.length(1);
  });

  it("fails at once where nobody listens", async () => {
    await server.close();
    expect(await failure(download(`${server.url}/tool`, to))).to.match(/ECONNREFUSED/);
  });
});
