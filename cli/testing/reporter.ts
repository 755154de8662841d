import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** What a run of mocha came to. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
  /** Full title and message of each test that failed. */
  readonly failures: readonly string[];
}

/** Mocha's `spec` reporter, which also writes the totals to the file that `MOCHA_TOTALS` names. */
export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const failed: string[] = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_FAIL, (test: Mocha.Runnable, error: Error) => {
      failed.push(`${test.fullTitle()}: ${error.message}`);
    });
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const file = process.env["MOCHA_TOTALS"];
      const { passes, failures, pending } = this.stats;
      const totals: Totals = { passed: passes, failed: failures, pending, failures: failed };
      if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
    });
  }
}
