import { expect } from "chai";
import { judge, summarize } from "./summary";

const stage = { stage: "unit", passed: 3, failed: 0, skipped: 0, seconds: 1, failures: [] };
const failures: string[] = [];
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

describe("the end of npm test", () => {
  it("is the sum of the stages", () => {
    const { text, isGood } = summarize([stage, { ...stage, stage: "e2e", passed: 4 }], 2);
    expect(lastLine(text)).to.equal("7 passed, 0 failed");
    expect(isGood).to.equal(true);
  });

  it("says again what failed, before the totals", () => {
    const { text } = summarize([{ ...stage, failed: 1, failures: ["sums: 1 is not 2"] }], 1);
    expect(text.trim().split("\n")[0]).to.equal("failed in unit: sums: 1 is not 2");
    expect(lastLine(text)).to.equal("3 passed, 1 failed");
  });

  it("counts skipped tests, where there are any", () => {
    const { text } = summarize([{ ...stage, skipped: 2 }], 1);
    expect(lastLine(text)).to.equal("3 passed, 0 failed, 2 skipped");
  });

  it("is no success when something failed or a stage was not run", () => {
    expect(summarize([{ ...stage, failed: 1 }], 1).isGood).to.equal(false);
    const { text, isGood } = summarize([stage], 3);
    expect(isGood).to.equal(false);
    expect(text).to.include("2 stages not run\n");
  });

  it("takes mocha's totals as they are", () => {
    expect(judge({ passed: 5, failed: 2, pending: 1, failures: ["a", "b"] }, 2)).to.deep.equal({
      ...{ passed: 5, failed: 2, skipped: 1 },
      failures: ["a", "b"],
    });
    expect(judge({ passed: 5, failed: 0, pending: 0, failures }, 0)).to.deep.equal({
      passed: 5,
      failed: 0,
      skipped: 0,
      failures,
    });
  });

  it("counts a run that broke off, or found no test, as a failure", () => {
    expect(judge(undefined, 1)).to.deep.equal({ passed: 0, failed: 1, skipped: 0, failures });
    expect(judge(undefined, 0)).to.deep.equal({ passed: 0, failed: 1, skipped: 0, failures });
    expect(judge({ passed: 5, failed: 0, pending: 0, failures }, 137)).to.deep.equal({
      passed: 5,
      failed: 1,
      skipped: 0,
      failures,
    });
    expect(judge({ passed: 0, failed: 0, pending: 0, failures }, 0)).to.deep.equal({
      passed: 0,
      failed: 1,
      skipped: 0,
      failures,
    });
  });
});
