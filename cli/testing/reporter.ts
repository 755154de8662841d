import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** What a run of mocha came to. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
}

/** Mocha's `spec` reporter, which also writes the totals to the file that `MOCHA_TOTALS` names. */
export default class TotalsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      const file = process.env["MOCHA_TOTALS"];
      const { passes, failures, pending } = this.stats;
      const totals: Totals = { passed: passes, failed: failures, pending };
      if (file !== undefined) writeFileSync(file, JSON.stringify(totals));
    });
  }
}
