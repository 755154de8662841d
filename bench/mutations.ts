import type { Row } from "../cli/commands/bench";
import { connect, Paths } from "../cli/drift/cluster";
import type { DriftRecord } from "../cli/drift/print";
import { misreports, toldBy } from "../tests/support/misreports";
import { mutateMany } from "../tests/support/mutations";
import { startSimulatedCluster } from "../tests/support/simulatedCluster";
import { SimulatedStack } from "../tests/support/simulatedStack";

const count = 200;
const seed = 20261121;

/** What it measures. */
export const title = `Drift of all of Kubeflow after ${count} random mutations (seed ${seed})`;

/**
 * Mutates objects of profile `full` on a simulated cluster, looks at what `drift` tells, and lets `up` heal it.
 * @throws when drift tells of something before, does not tell of a mutated field or tells of another, or when anything is left after `up`
 */
export async function run(): Promise<Row[]> {
  const cluster = await startSimulatedCluster();
  const stack = new SimulatedStack(cluster, 1);
  const api = await connect(cluster.kubeconfig);
  try {
    await stack.seconds("up");
    const clean = await drift(stack);
    requireNone("drift right after up", clean.records);
    const reach = { api, paths: new Paths(api) };
    const mutations = await mutateMany(reach, await stack.objects(), { count, seed });
    const { records, seconds } = await drift(stack);
    requireNone("misreports", await misreports(reach, mutations, toldBy(records)));
    const healing = await stack.seconds("up");
    requireNone("drift after up has healed it", (await drift(stack)).records);
    await stack.seconds("preview", { unchanged: true });
    return [
      { name: "mutations told of, field by field", value: mutations.length, unit: `of ${count}` },
      { name: "`drift` with none", value: clean.seconds, unit: "s" },
      { name: "`drift` with all of them", value: seconds, unit: "s" },
      { name: "`up` that heals them all", value: healing, unit: "s" },
    ];
  } finally {
    api.close();
    stack.remove();
    await cluster.stop();
  }
}

async function drift(stack: SimulatedStack): Promise<{ records: DriftRecord[]; seconds: number }> {
  const started = performance.now();
  const { stdout } = await stack.place.run("drift", "--json");
  return { records: JSON.parse(stdout) as DriftRecord[], seconds: (performance.now() - started) / 1000 };
}

function requireNone(what: string, found: readonly unknown[]): void {
  if (found.length > 0) throw new Error(`There is ${what}: ${JSON.stringify(found, null, 2)}`);
}
