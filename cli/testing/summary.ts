/** The result of a stage. */
export interface Result {
  readonly stage: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly seconds: number;
  /** One text for each failure. They are repeated at the end, since much may have been printed since. */
  readonly failures: readonly string[];
  /** The number of skipped tests by reason. */
  readonly reasons: Readonly<Record<string, number>>;
  /** The seconds that each file of the suite took, by its path. */
  readonly files: Readonly<Record<string, number>>;
}

/** What a stage's tests came to. */
export type Outcome = Omit<Result, "stage" | "seconds">;

/** The outcome of no test. */
export const nothing: Outcome = { passed: 0, failed: 0, skipped: 0, failures: [], reasons: {}, files: {} };

/** The outcome of one failure. */
export function failure(message: string): Outcome {
  return { ...nothing, failed: 1, failures: [message] };
}

/** How many of the slowest files the end lists. */
const SLOWEST = 10;

/**
 * Writes the end of `npm test`: failures, reasons of skipped tests, the slowest files, a line for each stage, and as the
 * last line the sum: `N passed, N failed, N skipped`.
 * @param wanted - how many stages were requested; those without a result count as not run
 * @returns the text, and whether every stage ran and nothing failed
 */
export function summarize(results: readonly Result[], wanted: number): { text: string; isGood: boolean } {
  const sum = (of: "passed" | "failed" | "skipped") => results.reduce((total, result) => total + result[of], 0);
  const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
  const ran = results.filter((result) => result.passed + result.failed + result.skipped > 0);
  const lines = [
    ...results.flatMap(({ stage, failures }) => failures.map((one) => `failed in ${stage}: ${one}`)),
    ...results.flatMap(({ stage, reasons }) =>
      Object.entries(reasons).map(([reason, count]) => `skipped in ${stage}: ${count}, because ${reason}`),
    ),
    ...slowest(results),
    ...results.map(line),
    ...(ran.length < wanted ? [`${wanted - ran.length} stages not run`] : []),
    `${passed} passed, ${failed} failed, ${skipped} skipped`,
  ];
  return { text: `\n${lines.join("\n")}\n`, isGood: failed === 0 && ran.length >= wanted };
}

/** The files that took longest, those under a second left out. */
function slowest(results: readonly Result[]): string[] {
  return results
    .flatMap(({ files }) => Object.entries(files))
    .filter(([, seconds]) => seconds >= 1)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SLOWEST)
    .map(([file, seconds]) => `${seconds.toFixed(0).padStart(5)} s in ${file}`);
}

function line({ stage, passed, failed, skipped, seconds }: Result): string {
  const column = (value: number, word: string) => `${String(value).padStart(5)} ${word}`;
  const counts = [column(passed, "passed"), column(failed, "failed"), column(skipped, "skipped")].join("");
  return `${stage.padEnd(12)} ${counts}  ${seconds.toFixed(0).padStart(5)} s`;
}

/**
 * The result of a run of mocha. A run that broke off, or found no test at all, counts as a failure.
 * @param totals - the reporter's file; undefined when the run did not get that far
 * @param code - mocha's exit code
 */
export function judge(totals: Outcome | undefined, code: number): Outcome {
  const { passed, failed, skipped } = totals ?? nothing;
  const isBroken = totals === undefined || (code !== 0 && failed === 0) || passed + failed + skipped === 0;
  return { ...(totals ?? nothing), failed: isBroken ? failed + 1 : failed };
}
