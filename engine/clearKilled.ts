import { forgetWhole, restored } from "./leanState";
import type { Session } from "./session";
import { exportStack, importStack } from "./stack";

/**
 * Clears what a killed engine left in the backend: its lock, the note of operations it had begun, and a state that was made lean to be taken
 * down. Each operation is safe to begin again, so nothing is asked of the person.
 */
export async function clearKilled({ options, state, pulumi }: Session, say: (line: string) => void): Promise<void> {
  await pulumi.ask(["cancel", "--yes", "--stack", options.stack]);
  const left = await exportStack(options, pulumi);
  const found = restored(left, state, options);
  const pending = found.deployment.pending_operations?.length ?? 0;
  if (pending > 0) say(`taking up ${pending} operation${pending === 1 ? "" : "s"} that the killed run had begun`);
  if (pending > 0 || found !== left) {
    const cleared = { ...found, deployment: { ...found.deployment, pending_operations: [] } };
    await importStack(options, pulumi, cleared);
  }
  forgetWhole(state, options);
}
