import type { Row } from "../cli/commands/bench";
import { mutateAndHeal } from "../tests/support/kubeflow/mutatedFull";

const count = 200;
const seed = 20261121;

/** What it measures. */
export const title = `Drift of all of Kubeflow after ${count} random mutations (seed ${seed})`;

/**
 * Mutates objects of profile `full` on a simulated cluster, looks at what `drift` tells, and lets `up` heal it.
 * @throws when `drift` misses a mutated field or tells of another, or when anything is left after `up`
 */
export async function run(): Promise<Row[]> {
  const { clean, mutated, up } = await mutateAndHeal(count, seed);
  return [
    { name: "mutations told of, field by field", value: count, unit: `of ${count}` },
    { name: "`drift` with none", value: clean, unit: "s" },
    { name: "`drift` with all of them", value: mutated, unit: "s" },
    { name: "`up` that heals them all", value: up, unit: "s" },
  ];
}
