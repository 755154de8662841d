import type { Row } from "../cli/commands/bench";
import { convergeAfterKills } from "../tests/support/kubeflow/killedFull";
import { requireNone } from "../tests/support/kubeflow/requireNone";
import { SimulatedStack } from "../tests/support/simulated/simulatedStack";

const kills = 20;
const killsOfOne = 4;
const seed = 20261121;

/** What it measures. */
export const title = `All of Kubeflow, its up killed at ${kills} random moments (seed ${seed})`;

/**
 * Kills runs of `up` by SIGKILL on simulated clusters, up to four times in a row, until there were twenty kills. Each run resumes the
 * one that was killed before.
 * @throws when one does not converge to 0 changes, or leaves something after `down`
 */
export async function run(): Promise<Row[]> {
  const seconds: number[] = [];
  let killed = 0;
  while (killed < kills) {
    const one = await SimulatedStack.onOwnCluster(async (stack) => {
      const result = await convergeAfterKills(stack, Math.min(killsOfOne, kills - killed), seed + seconds.length);
      await stack.down();
      requireNone("objects left after down", await stack.left());
      return result;
    });
    killed += one.killed;
    seconds.push(one.seconds);
  }
  const mean = seconds.reduce((sum, value) => sum + value, 0) / seconds.length;
  return [
    { name: "kills", value: killed, unit: "" },
    { name: "converged to 0 changes with nothing orphaned", value: seconds.length, unit: "bring-ups" },
    { name: "`up` after the last kill of each, mean", value: mean, unit: "s" },
  ];
}
