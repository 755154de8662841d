/** Profile `full` on a simulated cluster, its objects mutated at random. */
import { connect, Paths } from "../../../drift/cluster";
import type { DriftRecord } from "../../../drift/print";
import { killUp } from "../stack/interrupt";
import { misreports, toldBy } from "./misreports";
import { resourcesDeleted } from "../stack/moments";
import { mutateMany } from "./mutations";
import { startSimulatedCluster } from "../simulated/simulatedCluster";
import { SimulatedStack } from "../simulated/simulatedStack";

/** What it took: seconds. */
export interface Healing {
  /** `drift` with nothing to tell. */
  readonly clean: number;
  /** `drift` with all the mutations. */
  readonly mutated: number;
  /** The `up` that heals them. */
  readonly up: number;
}

/**
 * Brings profile `full` up, mutates objects, looks at what `drift` tells, and lets `up` heal it, and what a killed `down` has left.
 * @param count - how many objects are mutated
 * @param seed - what the mutations come from
 * @throws when drift tells of something before, does not tell of a mutated field or tells of another, or when anything is left after `up`
 */
export async function mutateAndHeal(count: number, seed: number): Promise<Healing> {
  const cluster = await startSimulatedCluster();
  const stack = await SimulatedStack.create(cluster);
  const api = await connect(cluster.kubeconfig);
  try {
    await stack.seconds("up");
    const clean = await drift(stack);
    requireNone("drift right after up", clean.records);
    const reach = { api, paths: new Paths(api) };
    const mutations = await mutateMany(reach, await stack.objects(), { count, seed });
    const { records, seconds } = await drift(stack);
    requireNone("misreports", await misreports(reach, mutations, toldBy(records)));
    const up = await stack.seconds("up");
    requireNone("drift after up has healed it", (await drift(stack)).records);
    await stack.seconds("preview", { unchanged: true });
    await takenUpAgain(stack);
    return { clean: clean.seconds, mutated: seconds, up };
  } finally {
    api.close();
    stack.remove();
    await cluster.stop();
  }
}

/** Kills a `down` half-way and brings the stack up again: made anew is what was gone, and nothing else is touched. */
async function takenUpAgain(stack: SimulatedStack): Promise<void> {
  await killUp(stack.place, resourcesDeleted(200), true, "down");
  const { code, said } = await stack.timed("up");
  // Before the last summary stands that of what was found to be gone.
  const changes = /\d+ (updated|replaced|deleted)/.exec(said.slice(said.lastIndexOf("Resources:")))?.[0];
  if (code !== 0 || changes !== undefined)
    throw new Error(`up after a killed down ended with ${code}, ${changes}: ${said.slice(-3000)}`);
  await stack.seconds("preview", { unchanged: true });
}

async function drift(stack: SimulatedStack): Promise<{ records: DriftRecord[]; seconds: number }> {
  const started = performance.now();
  const { stdout } = await stack.place.run("drift", "--json");
  return { records: JSON.parse(stdout) as DriftRecord[], seconds: (performance.now() - started) / 1000 };
}

function requireNone(what: string, found: readonly unknown[]): void {
  if (found.length > 0) throw new Error(`There is ${what}: ${JSON.stringify(found, null, 2)}`);
}
