import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";

describe("the TypeScript loader", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "typescript-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const run = (lines: readonly string[]): string => {
    const file = join(folder, "program.ts");
    writeFileSync(file, lines.join("\n"));
    return execFileSync(process.execPath, ["--require", "./toolchain/typescript.cjs", file], { encoding: "utf8" });
  };

  it("names the lines of our files in the stacks of errors", () => {
    const lines = ["interface None {}", "", "const none: None = {};", "", 'console.log(new Error("x", none).stack);'];
    expect(run(lines)).to.match(/^Error: x\n +at .*program\.ts:5:/);
  });

  it("makes no stack for errors without a message, of which the Pulumi SDK makes thousands", () => {
    expect(run(["console.log(new Error().stack);"])).to.equal("Error\n");
    expect(run(["console.log(new TypeError().stack);"])).to.include("program.ts:1");
  });
});
