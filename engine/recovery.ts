import type { Session } from "./session";
import { exportStack, importStack } from "./stack";
import { discardBackup, restoreFromBackup } from "./trimmedState";

/**
 * Clears what a killed engine left in the backend: its lock, its pending operations, and a state that was trimmed for
 * `down`. Every operation is safe to repeat, so nobody is asked.
 * @param say - takes a line of progress
 */
export async function recoverInterruptedRun(
  { options, state, pulumi }: Session,
  say: (line: string) => void,
): Promise<void> {
  await pulumi.ask(["cancel", "--yes", "--stack", options.stack]);
  const left = await exportStack(options, pulumi);
  const restored = restoreFromBackup(left, state, options);
  const pending = restored.deployment.pending_operations?.length ?? 0;
  if (pending > 0) say(`recovering ${pending} pending operation${pending === 1 ? "" : "s"} of an interrupted run`);
  if (pending > 0 || restored !== left) {
    const deployment = { ...restored.deployment, pending_operations: [] };
    await importStack(options, pulumi, { ...restored, deployment });
  }
  discardBackup(state, options);
}
