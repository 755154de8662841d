import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "../../base";

/** How long a kind waits for the cluster when the user says nothing (`customTimeouts`), in seconds. */
const defaultTimeout = 300;
/** How often the cluster is asked, in milliseconds. */
const interval = 300;

/**
 * Asks until nothing is lacking any more.
 * @param lacking what is still lacking, one phrase each; asked again until it is empty
 * @returns what was still lacking at the end of the time: nothing, when all is well
 */
export async function waitUntilNothing(
  ctx: Context,
  lacking: () => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const end = Date.now() + (ctx.timeoutSeconds || defaultTimeout) * 1000;
  for (;;) {
    const rest = await lacking();
    if (rest.length === 0 || Date.now() > end) return rest;
    ctx.status(`waiting for ${rest[0]}${rest.length > 1 ? ` and ${rest.length - 1} more` : ""}`);
    await sleep(interval, undefined, { signal: ctx.signal });
  }
}
