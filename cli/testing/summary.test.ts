import { expect } from "chai";
import { judge, summarize } from "./summary";

const stage = { stage: "unit", passed: 3, failed: 0, skipped: 0, seconds: 1 };
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

describe("the end of npm test", () => {
  it("is the sum of the stages", () => {
    const { text, isGood } = summarize([stage, { ...stage, stage: "e2e", passed: 4 }], 2);
    expect(lastLine(text)).to.equal("7 passed, 0 failed");
    expect(isGood).to.equal(true);
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
    expect(judge({ passed: 5, failed: 2, pending: 1 }, 2)).to.deep.equal({ passed: 5, failed: 2, skipped: 1 });
    expect(judge({ passed: 5, failed: 0, pending: 0 }, 0)).to.deep.equal({ passed: 5, failed: 0, skipped: 0 });
  });

  it("counts a run that broke off, or found no test, as a failure", () => {
    expect(judge(undefined, 1)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect(judge(undefined, 0)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
    expect(judge({ passed: 5, failed: 0, pending: 0 }, 137)).to.deep.equal({ passed: 5, failed: 1, skipped: 0 });
    expect(judge({ passed: 0, failed: 0, pending: 0 }, 0)).to.deep.equal({ passed: 0, failed: 1, skipped: 0 });
  });
});
