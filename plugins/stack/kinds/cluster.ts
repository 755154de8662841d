/** How our own kinds ask a cluster. */
import { pollUntilNoneMissing } from "../../../kube/poll";
import type { Context } from "../../base";

/** How long a kind waits for the cluster without `customTimeouts`, in seconds. */
const DEFAULT_TIMEOUT = 300;
const INTERVAL_MS = 300;

/** An answer of the cluster; `undefined` when there is no cluster to ask, which other resources report. */
export async function ifReachable<T>(ctx: Pick<Context, "log">, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    ctx.log("debug", `The cluster could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/**
 * Asks until nothing is missing any more, or the resource's time is over, and reports what it waits for.
 * @param missing - what is still missing, one phrase each
 * @returns what was missing at the last question: nothing, when all is well
 */
export function waitUntilNoneMissing(
  ctx: Context,
  missing: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  return pollUntilNoneMissing(
    {
      timeoutMs: (ctx.timeoutSeconds || DEFAULT_TIMEOUT) * 1000,
      intervalMs: INTERVAL_MS,
      signal: ctx.signal,
      onWaiting: ([first, ...more]) =>
        ctx.status(`waiting for ${first}${more.length > 0 ? ` and ${more.length} more` : ""}`),
    },
    missing,
  );
}
