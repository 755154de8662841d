import { recoverInterruptedRun, type ReleaseCreates } from "./recovery";
import { beginRun, type Run } from "./runs";
import { say } from "./say";
import type { Session } from "./session";
import { ensureStack, requireStack, stackExists } from "./stack";

/** How to hold a stack. */
export interface Hold {
  /** The name of the command, for others that find the stack held. */
  readonly command: string;
  /** Whether to create a stack that does not exist; otherwise its absence is an error. */
  readonly create: boolean;
  /** Makes the creates of a killed run safe to repeat. */
  readonly releaseCreates: ReleaseCreates;
}

/**
 * Holds the stack for as long as `work` takes, and recovers first from a run that was killed.
 * @throws UserError when another command is at work on the stack
 */
export async function holdStack<T>(
  session: Session,
  { command, create, releaseCreates }: Hold,
  work: (run: Run) => Promise<T>,
): Promise<T> {
  const { options, state, pulumi } = session;
  const run = await beginRun(state.folder, options.stack, command, say);
  try {
    const existed = await stackExists(options, state, pulumi);
    await (create ? ensureStack : requireStack)(options, state, pulumi);
    if (run.recovers && existed) await recoverInterruptedRun(session, run, releaseCreates, say);
    return await work(run);
  } finally {
    run.end();
  }
}
