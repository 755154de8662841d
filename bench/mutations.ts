import type { Row } from "../cli/commands/bench";
import { recoverKilledDown } from "../tests/support/kubeflow/killedFull";
import { mutateAndHeal } from "../tests/support/kubeflow/mutatedFull";
import { SimulatedStack } from "../tests/support/simulated/simulatedStack";

const count = 200;
const seed = 20261121;

/** What it measures. */
export const title = `Drift of all of Kubeflow after ${count} random mutations (seed ${seed})`;

/**
 * Mutates objects of profile `full` on a simulated cluster, compares what `drift` reports, and heals it by `up`.
 * @throws when `drift` misses a mutated field or reports another, or when anything is left after `up`
 */
export async function run(): Promise<Row[]> {
  const { clean, mutated, up } = await SimulatedStack.onOwnCluster(async (stack) => {
    await stack.seconds("up");
    const healing = await mutateAndHeal(stack, count, seed);
    await recoverKilledDown(stack);
    return healing;
  });
  return [
    { name: "mutations told of, field by field", value: count, unit: `of ${count}` },
    { name: "`drift` with none", value: clean, unit: "s" },
    { name: "`drift` with all of them", value: mutated, unit: "s" },
    { name: "`up` that heals them all", value: up, unit: "s" },
  ];
}
