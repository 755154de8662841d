/** `up` of profile `full` on a simulated cluster, killed at random moments. */
import fc from "fast-check";
import { EndedError, killUp } from "../stack/interrupt";
import { inventory } from "../stack/inventory";
import { resourcesChanged } from "../stack/moments";
import { orphans } from "../stack/orphans";
import { type SimulatedCluster, startSimulatedCluster } from "../simulated/simulatedCluster";
import { SimulatedStack } from "../simulated/simulatedStack";

/** A moment by how many resources the run has made, and whether engine and plugins are killed as well. */
const moment = fc.record({ count: fc.integer({ min: 1, max: 250 }), everything: fc.boolean() });

/**
 * Kills an `up` by SIGKILL, takes it up and kills it again, so many times or until one has come to its end; lets another finish, and
 * looks that it left nothing behind, that the next one changes nothing, and that `down` takes all of it away.
 * @param kills - how many kills at most
 * @param seed - what the moments come from
 * @returns how many kills there were, and the seconds of the `up` after the last
 * @throws when it does not converge
 */
export async function killAndConverge(kills: number, seed: number): Promise<{ killed: number; seconds: number }> {
  const cluster = await startSimulatedCluster();
  try {
    return await onCluster(cluster, fc.sample(fc.noBias(moment), { seed, numRuns: kills }));
  } finally {
    await cluster.stop();
  }
}

async function onCluster(cluster: SimulatedCluster, moments: readonly { count: number; everything: boolean }[]) {
  const stack = await SimulatedStack.create(cluster);
  const before = await inventory(cluster.kubeconfigPath);
  const { place } = stack;
  try {
    let killed = 0;
    for (const { count, everything } of moments) {
      if (!(await isKilled(() => killUp(place, resourcesChanged(place, count), everything)))) break;
      killed += 1;
    }
    const seconds = await stack.seconds("up");
    requireNone("is left of killed runs", await orphans(place));
    await stack.seconds("up");
    const changes = await place.lastChanges();
    if (changes !== 0) throw new Error(`Another up after ${killed} kills made ${changes} changes.`);
    await stack.down();
    const left = (await inventory(cluster.kubeconfigPath)).filter((name) => !before.includes(name));
    requireNone("is left after down", left);
    return { killed, seconds };
  } finally {
    stack.remove();
  }
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

function requireNone(what: string, found: readonly string[]): void {
  if (found.length > 0) throw new Error(`This ${what}:\n${found.join("\n")}`);
}
