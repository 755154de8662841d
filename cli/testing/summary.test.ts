import { expect } from "chai";
import { judge, nothing, type Outcome, type Result, summarize } from "./summary";

const stage: Result = { ...nothing, stage: "unit", passed: 3, seconds: 1 };
const totals: Outcome = { ...nothing, passed: 5 };
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1);

describe("the end of npm test", () => {
  it("is the sum of the stages", () => {
    const { text, isGood } = summarize([stage, { ...stage, stage: "e2e", passed: 4 }], 2);
    expect(lastLine(text)).to.equal("7 passed, 0 failed, 0 skipped");
    expect(isGood).to.equal(true);
  });

  it("repeats the failures before the totals", () => {
    const { text } = summarize([{ ...stage, failed: 1, failures: ["sums: 1 is not 2"] }], 1);
    expect(text.trim().split("\n")[0]).to.equal("failed in unit: sums: 1 is not 2");
    expect(lastLine(text)).to.equal("3 passed, 1 failed, 0 skipped");
  });

  it("counts skipped tests apart from passed ones, with the reason in one line", () => {
    const { text, isGood } = summarize([{ ...stage, skipped: 2, reasons: { "there is no cluster": 2 } }], 1);
    expect(text).to.include("skipped in unit: 2, because there is no cluster\n");
    expect(lastLine(text)).to.equal("3 passed, 0 failed, 2 skipped");
    expect(isGood).to.equal(true);
  });

  it("lists the slowest files of all stages, the slowest first", () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.test.ts`, index]));
    const { text } = summarize(
      [
        { ...stage, files },
        { ...stage, files: { "e2e.test.ts": 99 } },
      ],
      2,
    );
    const listed = [...text.matchAll(/ s in (.*)/g)].map(([, file]) => file);
    expect(listed.slice(0, 3)).to.deep.equal(["e2e.test.ts", "29.test.ts", "28.test.ts"]);
    expect(listed).not.to.include("3.test.ts");
  });

  it("is no success when a test failed", () => {
    expect(summarize([{ ...stage, failed: 1 }], 1).isGood).to.equal(false);
  });

  it("is no success when a stage was not run", () => {
    const { text, isGood } = summarize([stage], 3);
    expect(isGood).to.equal(false);
    expect(text).to.include("2 stages not run\n");
  });
});

describe("the result of a run of mocha", () => {
  it("has the reporter's totals", () => {
    const failed = { ...totals, failed: 2, skipped: 1, failures: ["a", "b"], reasons: { "no network": 1 } };
    expect(judge(failed, 2)).to.deep.equal(failed);
    expect(judge(totals, 0)).to.include({ passed: 5, failed: 0, skipped: 0 });
  });

  for (const [what, given, code] of [
    ["wrote no totals", undefined, 1],
    ["wrote no totals and exited with 0", undefined, 0],
    ["was killed after its last test", totals, 137],
    ["found no test", { ...totals, passed: 0 }, 0],
  ] as const)
    it(`has a failure when the run ${what}`, () => {
      expect(judge(given, code).failed).to.equal(1);
    });
});
