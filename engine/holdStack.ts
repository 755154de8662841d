import { recoverInterruptedRun } from "./recovery";
import { beginRun, type Run } from "./runs";
import { say } from "./say";
import type { Session } from "./session";
import { ensureStack, requireStack, stackExists } from "./stack";

/**
 * Holds the stack for as long as `work` takes, and recovers first from a run that was killed.
 * @param create - whether to create a stack that does not exist; otherwise its absence is an error
 * @throws UserError when another command is at work on the stack
 */
export async function holdStack<T>(
  session: Session,
  command: string,
  create: boolean,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const { options, state, pulumi } = session;
  const run = await beginRun(state.folder, options.stack, command, say);
  try {
    const existed = await stackExists(options, state, pulumi);
    await (create ? ensureStack : requireStack)(options, state, pulumi);
    if (run.recovers && existed) await recoverInterruptedRun(session, say);
    return await work(run);
  } finally {
    run.end();
  }
}
