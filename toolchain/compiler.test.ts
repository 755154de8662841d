import { expect } from "chai";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostCompiler } from "./compiler";

describe("the compiler of tfjs-node's addon", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "compiler-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function put(name: string): string {
    const file = join(folder, name);
    writeFileSync(file, "#!/bin/sh\n");
    chmodSync(file, 0o755);
    return file;
  }

  it("is the machine's, with its library linked in, since the image's may be older", () => {
    const gcc = put("g++");
    const found = hostCompiler("2.36", { path: folder, glibc: "2.36", sources: ["machine", "registries"] });
    expect(found?.program).to.equal(gcc);
    expect(found?.args).to.include.members(["-static-libstdc++", "-static-libgcc"]);
  });

  it("is not the machine's when there is none, or that source is switched off", () => {
    expect(hostCompiler("2.36", { path: folder, glibc: "2.36", sources: ["machine"] })).to.equal(undefined);
    put("g++");
    expect(hostCompiler("2.36", { path: folder, glibc: "2.36", sources: ["registries"] })).to.equal(undefined);
  });

  it("is not the machine's when its C library is newer than the image's, or another one", () => {
    put("c++");
    expect(hostCompiler("2.36", { path: folder, glibc: "2.31", sources: ["machine"] })).not.to.equal(undefined);
    expect(hostCompiler("2.36", { path: folder, glibc: "2.39", sources: ["machine"] })).to.equal(undefined);
    expect(hostCompiler("2.36", { path: folder, glibc: undefined, sources: ["machine"] })).to.equal(undefined);
  });
});
