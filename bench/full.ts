import type { Row } from "../cli/commands/bench";
import { measure } from "./support/fullStack";

/** What it measures. */
export const title = "All of Kubeflow on a simulated cluster, nothing awaited, checkpoints on";

/** Times `up`, `preview`, `drift` and `down` of profile `full` beside kubectl with the same objects. */
export async function run(): Promise<Row[]> {
  const { objects, here, kubectl, state, file } = await measure(1);
  const loop = `the official loop, ${kubectl.attempts} attempts`;
  return [
    { name: `\`up\` of ${objects} objects`, value: here.up, unit: "s", peer: { name: loop, value: kubectl.apply } },
    ...(["preview", "drift"] as const).map((command) => ({
      name: `\`${command}\` with nothing to do`,
      value: here[command],
      unit: "s",
      peer: { name: "`kubectl diff`", value: kubectl.diff },
    })),
    { name: "`down`", value: here.down, unit: "s", peer: { name: "`kubectl delete`", value: kubectl.delete } },
    { name: "state", value: state / 1e6, unit: "MB" },
    { name: "the same as it lies on the disk, compressed", value: file / 1e6, unit: "MB" },
  ];
}
