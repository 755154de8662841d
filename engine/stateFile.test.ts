import { expect } from "chai";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { compressState, hasState } from "./stateFile";

describe("the file of a state", () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "state-"));
    file = path.join(folder, "backend/.pulumi/stacks/kubeflow-stack/dev.json");
    mkdirSync(path.dirname(file), { recursive: true });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (ending: string, content: string | Buffer, at: number) => {
    writeFileSync(file + ending, content);
    utimesSync(file + ending, at, at);
  };
  const compressed = () => {
    compressState(folder, "dev");
    expect([existsSync(file), existsSync(`${file}.gz`)]).to.deep.equal([false, false]);
    return existsSync(`${file}.zst`) && zstdDecompressSync(readFileSync(`${file}.zst`)).toString();
  };

  it("is found in each form that Pulumi writes", () => {
    expect(hasState(folder, "dev")).to.equal(false);
    for (const ending of ["", ".gz", ".zst"]) {
      writeFileSync(file + ending, "");
      expect([ending, hasState(folder, "dev")]).to.deep.equal([ending, true]);
      rmSync(file + ending);
    }
  });

  it("is compressed, whoever wrote it", () => {
    expect(compressed()).to.equal(false);
    write("", "plain", 1000);
    expect(compressed()).to.equal("plain");
    write(".gz", gzipSync("later"), Date.now() / 1000 + 60);
    expect(compressed()).to.equal("later");
  });

  it("is the newer one of two", () => {
    write(".zst", zstdCompressSync("later"), 2000);
    write("", "earlier", 1000);
    expect(compressed()).to.equal("later");
    write("", "latest", Date.now() / 1000 + 60);
    expect(compressed()).to.equal("latest");
  });
});
