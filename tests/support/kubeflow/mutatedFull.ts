/** Profile `full` on a simulated cluster, its objects mutated at random. */
import { connect, Paths } from "../../../drift/cluster";
import type { DriftRecord } from "../../../drift/print";
import type { SimulatedStack } from "../simulated/simulatedStack";
import { misreports, toldBy } from "./misreports";
import { mutateMany } from "./mutations";
import { requireNone } from "./requireNone";

/** How long each step took, in seconds. */
export interface Healing {
  /** `drift` without mutations. */
  readonly clean: number;
  /** `drift` with all the mutations. */
  readonly mutated: number;
  /** The `up` that heals them. */
  readonly up: number;
}

/**
 * Mutates objects of a stack that is up, compares what `drift` reports, and heals it by `up`.
 * @param count - how many objects are mutated
 * @param seed - what the mutations come from
 * @throws when drift reports anything before, misses a mutated field or reports another, or when anything is left after `up`
 */
export async function mutateAndHeal(stack: SimulatedStack, count: number, seed: number): Promise<Healing> {
  const api = await connect(stack.cluster.kubeconfig);
  try {
    const clean = await drift(stack);
    requireNone("drifts before the mutations", clean.records);
    const reach = { api, paths: new Paths(api) };
    const mutations = await mutateMany(reach, await stack.objects(), { count, seed });
    const { records, seconds } = await drift(stack);
    requireNone("misreports", await misreports(reach, mutations, toldBy(records)));
    const up = await stack.seconds("up");
    requireNone("drifts after up has healed them", (await drift(stack)).records);
    await stack.seconds("preview", { unchanged: true });
    return { clean: clean.seconds, mutated: seconds, up };
  } finally {
    api.close();
  }
}

async function drift(stack: SimulatedStack): Promise<{ records: DriftRecord[]; seconds: number }> {
  const started = performance.now();
  const { stdout } = await stack.place.run("drift", "--json");
  return { records: JSON.parse(stdout) as DriftRecord[], seconds: (performance.now() - started) / 1000 };
}
