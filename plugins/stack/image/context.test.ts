import { lstatSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { hashContext, listContext, stageContext } from "./context";

describe("a build context", () => {
  let folder: string;

  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "context-"))));

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function write(...paths: string[]): void {
    for (const path of paths) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), path);
    }
  }

  function list(ignore?: string, dockerfile = "Dockerfile"): string[] {
    if (ignore !== undefined) writeFileSync(join(folder, ".dockerignore"), ignore);
    return listContext(folder, join(folder, dockerfile)).map(({ path }) => path);
  }

  it("is the whole folder without a .dockerignore", () => {
    write("a", "b/c", "b/d/e");
    expect(list()).to.deep.equal(["a", "b/c", "b/d/e"]);
  });

  it("leaves out what .dockerignore names, at any depth and with exceptions", () => {
    write("node_modules/x/index.js", "src/a.ts", "src/a.test.ts", "src/deep/b.test.ts", "notes.md", "README.md");
    const ignore = "# packages\nnode_modules\n\n**/*.test.ts\n*.md\n!README.md\n.dockerignore\n";
    // As with Docker, a folder that nothing names is there, even when everything in it is left out.
    expect(list(ignore)).to.deep.equal(["README.md", "src/a.ts", "src/deep"]);
  });

  it("includes an exception inside a folder that is left out", () => {
    write("dist/app.js", "dist/keep/this.js", "dist/keep/that.js");
    expect(list("dist\n!dist/keep/this.js\n.dockerignore")).to.deep.equal(["dist/keep/this.js"]);
    expect(list("*\n!dist/keep\n")).to.deep.equal(["dist/keep/that.js", "dist/keep/this.js"]);
    expect(list("**\n!**/that.js\n")).to.deep.equal(["dist/keep/that.js"]);
  });

  it("prefers the ignore file beside the Dockerfile", () => {
    write("a", "b", "web.Dockerfile");
    writeFileSync(join(folder, "web.Dockerfile.dockerignore"), "b\n*Dockerfile*\n.dockerignore");
    expect(list("a", "web.Dockerfile")).to.deep.equal(["a"]);
  });

  it("keeps empty folders and links as they are", () => {
    mkdirSync(join(folder, "empty"));
    symlinkSync("nowhere", join(folder, "link"));
    const entries = listContext(folder, join(folder, "Dockerfile"));
    expect(entries).to.deep.equal([
      { path: "empty", kind: "folder" },
      { path: "link", kind: "link" },
    ]);
  });

  it("is staged with fixed times and permissions, and hashes alike", () => {
    write("run.sh", "src/a");
    writeFileSync(join(folder, "tool"), "#!/bin/sh\n", { mode: 0o700 });
    symlinkSync("run.sh", join(folder, "link"));
    mkdirSync(join(folder, "empty"), { mode: 0o700 });
    const entries = listContext(folder, join(folder, "Dockerfile"));
    const staged = join(folder, "staged");
    stageContext(folder, entries, staged);
    const mode = (path: string): string => (statSync(join(staged, path)).mode & 0o777).toString(8);
    expect(["run.sh", "tool", "src", "empty"].map(mode)).to.deep.equal(["644", "755", "755", "755"]);
    expect(readlinkSync(join(staged, "link"))).to.equal("run.sh");
    for (const path of ["run.sh", "link", "src", "."]) expect(lstatSync(join(staged, path)).mtimeMs).to.equal(0);
    expect(hashContext(staged, entries)).to.equal(hashContext(folder, entries));
  });
});
