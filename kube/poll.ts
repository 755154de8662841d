/** Waiting for a cluster by asking it again and again. */
import { setTimeout as sleep } from "node:timers/promises";

/**
 * Asks until nothing is missing, or the time is over.
 * @param options.timeoutMs - how long to ask
 * @param options.intervalMs - the pause between two questions
 * @param options.onWaiting - called after each question that leaves something, with what is missing
 * @param missing - what is still missing, one phrase each
 * @returns what was missing at the last question: nothing, when all is well
 */
export async function pollUntilNoneMissing(
  options: {
    readonly timeoutMs: number;
    readonly intervalMs: number;
    readonly signal?: AbortSignal;
    readonly onWaiting?: (missing: readonly string[]) => void;
  },
  missing: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const deadline = Date.now() + options.timeoutMs;
  for (;;) {
    const found = await missing();
    if (found.length === 0 || Date.now() > deadline) return found;
    options.onWaiting?.(found);
    await sleep(options.intervalMs, undefined, { signal: options.signal });
  }
}
