import type { Totals } from "./reporter";

/** What a stage came to. */
export interface Result {
  readonly stage: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** What failed, a text each; shown again at the end, as much may have been printed since. */
  readonly failures: readonly string[];
}

/**
 * What is printed at the end: what failed, a line for each stage, and as the very last the sum over all of them, in the form
 * `N passed, N failed` or, where tests were skipped, `N passed, N failed, N skipped`.
 * @param wanted - how many stages were asked for; those without a result count as not run
 * @returns the text, and whether everything was run and nothing failed
 */
export function summarize(results: readonly Result[], wanted: number): { text: string; isGood: boolean } {
  const sum = (of: "passed" | "failed" | "skipped") => results.reduce((total, result) => total + result[of], 0);
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  const ran = results.filter((result) => result.passed + result.failed + result.skipped > 0);
  const lines = [
    ...results.flatMap(({ stage, failures }) => failures.map((one) => `failed in ${stage}: ${one}`)),
    ...results.map(line),
    ...(ran.length < wanted ? [`${wanted - ran.length} stages not run`] : []),
    `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`,
  ];
  return { text: `\n${lines.join("\n")}\n`, isGood: failed === 0 && ran.length >= wanted };
}

function line({ stage, passed, failed, skipped, seconds }: Result): string {
  const column = (value: number, word: string) => `${String(value).padStart(5)} ${word}`;
  const counts = `${column(passed, "passed")}${column(failed, "failed")}${skipped > 0 ? column(skipped, "skipped") : ""}`;
  return `${stage.padEnd(12)} ${counts}  ${seconds.toFixed(0).padStart(5)} s`;
}

/**
 * What a run of mocha came to, told honestly: one that broke off, or found no test at all, has failed.
 * @param totals - what the reporter wrote; undefined when it did not get that far
 * @param code - mocha's exit code
 */
export function judge(
  totals: Totals | undefined,
  code: number,
): { passed: number; failed: number; skipped: number; failures: readonly string[] } {
  const { passed, failed, pending, failures } = totals ?? { passed: 0, failed: 0, pending: 0, failures: [] };
  const isBroken = totals === undefined || (code !== 0 && failed === 0) || passed + failed + pending === 0;
  return { passed, failed: isBroken ? failed + 1 : failed, skipped: pending, failures };
}
