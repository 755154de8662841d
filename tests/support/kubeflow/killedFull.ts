/** `up` of profile `full` on a simulated cluster, killed at random moments. */
import fc from "fast-check";
import { EndedError, killUp } from "../stack/interrupt";
import { resourcesChanged, resourcesDeleted } from "../stack/moments";
import { orphans } from "../stack/orphans";
import type { SimulatedStack } from "../simulated/simulatedStack";
import { requireNone } from "./requireNone";

/** A moment by how many resources the run has made, and whether engine and plugins are killed as well. */
const moment = fc.record({ count: fc.integer({ min: 1, max: 250 }), everything: fc.boolean() });

/**
 * Kills an `up` by SIGKILL, resumes it and kills it again, so many times or until one has ended by itself. Then lets another
 * finish, and looks that it left nothing behind and that the next one changes nothing.
 * @param kills - how many kills at most
 * @param seed - what the moments come from
 * @returns the number of kills, and the seconds of the `up` after the last
 * @throws when it does not converge
 */
export async function convergeAfterKills(
  stack: SimulatedStack,
  kills: number,
  seed: number,
): Promise<{ killed: number; seconds: number }> {
  const { place } = stack;
  let killed = 0;
  for (const { count, everything } of fc.sample(fc.noBias(moment), { seed, numRuns: kills })) {
    if (!(await isKilled(() => killUp(place, resourcesChanged(place, count), everything)))) break;
    killed += 1;
  }
  const seconds = await stack.seconds("up");
  requireNone("orphans of killed runs", await orphans(place));
  await stack.seconds("up");
  const changes = await place.lastChanges();
  if (changes !== 0) throw new Error(`Another up after ${killed} kills made ${changes} changes.`);
  return { killed, seconds };
}

/**
 * Kills a `down` half-way and brings the stack up again.
 * @throws when that changes anything but what was gone
 */
export async function recoverKilledDown(stack: SimulatedStack): Promise<void> {
  await killUp(stack.place, resourcesDeleted(200), true, "down");
  const { code, said } = await stack.timed("up");
  // Before the last summary stands that of what was found to be gone.
  const changes = /\d+ (updated|replaced|deleted)/.exec(said.slice(said.lastIndexOf("Resources:")))?.[0];
  if (code !== 0 || changes !== undefined)
    throw new Error(`up after a killed down ended with ${code}, ${changes}: ${said.slice(-3000)}`);
  await stack.seconds("preview", { unchanged: true });
}

/** Whether the run was killed; a run that came to a good end before had too little left to do. */
async function isKilled(kill: () => Promise<void>): Promise<boolean> {
  try {
    await kill();
    return true;
  } catch (error) {
    if (error instanceof EndedError && error.code === 0) return false;
    throw error;
  }
}
