import type { Row } from "../cli/commands/bench";
import { killAndConverge } from "../tests/support/kubeflow/killedFull";

const kills = 20;
const killsOfOne = 4;
const seed = 20261121;

/** What it measures. */
export const title = `All of Kubeflow, its up killed at ${kills} random moments (seed ${seed})`;

/**
 * Kills runs of `up` by SIGKILL, up to four times one after the other, each going on from where the one before was killed, on a
 * simulated cluster, until there were twenty kills.
 * @throws when one does not converge to 0 changes, or leaves something
 */
export async function run(): Promise<Row[]> {
  const seconds: number[] = [];
  let killed = 0;
  while (killed < kills) {
    const one = await killAndConverge(Math.min(killsOfOne, kills - killed), seed + seconds.length);
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
