import { writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";
import { skipReason } from "./skip";
import type { Outcome } from "./summary";

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END, EVENT_TEST_FAIL, EVENT_TEST_PENDING } =
  Mocha.Runner.constants;

/** Mocha's `spec` reporter, which also writes the outcome to the file that `MOCHA_TOTALS` names. */
export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const failed: string[] = [];
    const reasons: Record<string, number> = {};
    const files: Record<string, number> = {};
    let started = 0;
    runner.on(EVENT_TEST_FAIL, (test: Mocha.Runnable, error: Error) => {
      failed.push(`${test.fullTitle()}: ${error.message}`);
    });
    runner.on(EVENT_TEST_PENDING, (test: Mocha.Test) => {
      const reason = skipReason(test);
      reasons[reason] = (reasons[reason] ?? 0) + 1;
    });
    runner.on(EVENT_SUITE_BEGIN, (suite: Mocha.Suite) => {
      if (suite.parent?.root) started = performance.now();
    });
    runner.on(EVENT_SUITE_END, (suite: Mocha.Suite) => {
      if (!suite.parent?.root) return;
      const file = path.relative(process.cwd(), suite.file ?? "");
      files[file] = (files[file] ?? 0) + (performance.now() - started) / 1000;
    });
    runner.once(EVENT_RUN_END, () => {
      const file = process.env["MOCHA_TOTALS"];
      const { passes, failures, pending } = this.stats;
      const totals: Outcome = { passed: passes, failed: failures, skipped: pending, failures: failed, reasons, files };
      if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
    });
  }
}
