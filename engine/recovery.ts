import type { Run } from "./runs";
import type { Session } from "./session";
import { exportStack, importStack } from "./stack";
import { discardBackup, restoreFromBackup } from "./trimmedState";

/**
 * Makes the pending creates of an interrupted run safe to repeat.
 * @returns whether that is done; otherwise they stay pending, and the next run tries again
 */
export type ReleaseCreates = (session: Session) => Promise<boolean>;

/**
 * Clears what a killed engine left in the backend: its lock, its pending operations, and a state that was trimmed for
 * `down`. Every operation is safe to repeat, so nobody is asked.
 * @param say - takes a line of progress
 */
export async function recoverInterruptedRun(
  session: Session,
  run: Pick<Run, "leave">,
  releaseCreates: ReleaseCreates,
  say: (line: string) => void,
): Promise<void> {
  const { options, state, pulumi } = session;
  await pulumi.ask(["cancel", "--yes", "--stack", options.stack]);
  const left = await exportStack(options, pulumi);
  const restored = restoreFromBackup(left, state, options);
  const pending = restored.deployment.pending_operations?.length ?? 0;
  if (pending > 0) say(`recovering ${pending} pending operation${pending === 1 ? "" : "s"} of an interrupted run`);
  const isReleased = pending === 0 || (await releaseCreates(session));
  if (!isReleased) run.leave();
  if ((pending > 0 && isReleased) || restored !== left) {
    const deployment = { ...restored.deployment, ...(isReleased && { pending_operations: [] }) };
    await importStack(options, pulumi, { ...restored, deployment });
  }
  discardBackup(state, options);
}
