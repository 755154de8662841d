/** Skipped tests with their reasons, which the reporter counts. */
const reasons = new WeakMap<object, string>();

/**
 * Skips a test, or from a `before` hook all tests of its suite.
 * @param context - `this` of the test or of the hook
 * @param reason - one line that says what the machine lacks
 * @throws what makes mocha skip; nothing after the call runs
 */
export function skip(context: Mocha.Context, reason: string): never {
  const runnable = context.runnable() as Mocha.Test | Mocha.Hook;
  const skipped = runnable.type === "hook" ? runnable.parent : runnable;
  if (skipped) reasons.set(skipped, reason);
  return context.skip();
}

/** Why a test was skipped: its own reason, or that of a suite around it. */
export function skipReason(test: Mocha.Test): string {
  for (let one: Mocha.Test | Mocha.Suite | undefined = test; one; one = one.parent) {
    const reason = reasons.get(one);
    if (reason !== undefined) return reason;
  }
  return "no reason given";
}
