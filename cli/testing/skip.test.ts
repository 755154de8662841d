import { expect } from "chai";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Outcome } from "./summary";
const suite = `
import { skip } from ${JSON.stringify(join(__dirname, "skip"))};

describe("a suite whose hook skips", () => {
  before(function () { skip(this, "there is no cluster"); });
  it("has a test", () => { throw new Error("it ran"); });
  describe("and a suite in it", () => {
    before(() => { throw new Error("its hook ran"); });
    it("has another", () => { throw new Error("it ran"); });
  });
});
describe("another suite", () => {
  it("skips one test", function () { skip(this, "there is no network"); });
  it("runs the next", () => {});
  it("has one without a body");
});
`;

describe("a skipped test", () => {
  let folder: string;
  let totals: Outcome;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "skip-"));
    const [file, report] = [join(folder, "a.test.ts"), join(folder, "totals.json")];
    writeFileSync(file, suite);
    const words = ["--require", "./toolchain/typescript.cjs", "node_modules/mocha/bin/mocha.js"];
    await promisify(execFile)(process.execPath, [...words, "--reporter", join(__dirname, "reporter.ts"), file], {
      env: { ...process.env, MOCHA_TOTALS: report },
    });
    totals = JSON.parse(readFileSync(report, "utf8")) as Outcome;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is never counted as passed", () => {
    expect(totals).to.include({ passed: 1, failed: 0, skipped: 4 });
  });

  it("is counted under the reason of its own or of the suite around it", () => {
    expect(totals.reasons).to.deep.equal({
      "there is no cluster": 2,
      "there is no network": 1,
      "no reason given": 1,
    });
  });
});
