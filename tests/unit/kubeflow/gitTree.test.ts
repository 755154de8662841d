import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gitTree } from "../../support/kubeflow/gitTree";

describe("the git tree id of an archive", () => {
  let folder: string;
  const git = (...words: string[]): Buffer => {
    const identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"];
    return execFileSync("git", [...identity, ...words], { cwd: folder });
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "git-tree-"));
    mkdirSync(join(folder, "a/deep/folder"), { recursive: true });
    // Git sorts the folder `a` behind `a.txt`, though `a` is the shorter name.
    for (const name of ["a.txt", "a0", "a/deep/folder/x", "empty"])
      writeFileSync(join(folder, name), name === "empty" ? "" : `${name}\n`);
    writeFileSync(join(folder, "run.sh"), "#!/bin/sh\n");
    chmodSync(join(folder, "run.sh"), 0o755);
    symlinkSync("a.txt", join(folder, "link"));
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message=all");
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is the id that git has for the commit's files", async () => {
    const tar = git("archive", "--prefix=release-1/", "HEAD");
    expect(await gitTree(Readable.from([tar]))).to.equal(git("rev-parse", "HEAD^{tree}").toString().trim());
  });

  it("changes with the mode of a file", async () => {
    const before = git("rev-parse", "HEAD^{tree}").toString().trim();
    chmodSync(join(folder, "a0"), 0o755);
    git("commit", "--quiet", "--all", "--message=mode");
    const tree = await gitTree(Readable.from([git("archive", "--prefix=release-1/", "HEAD")]));
    expect(tree).not.to.equal(before);
    expect(tree).to.equal(git("rev-parse", "HEAD^{tree}").toString().trim());
  });
});
