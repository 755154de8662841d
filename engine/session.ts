import { ensureTools } from "../infra/recipes";
import { ensurePlugins } from "../infra/recipes/plugins";
import type { Options } from "../cli/arguments";
import { say } from "./say";
import { clearKilled } from "./clearKilled";
import { pulumiOn, type Pulumi } from "./pulumi";
import { beginRun, type Run } from "./runs";
import { ensureStack, requireStack, stackExists } from "./stack";
import { openState, type State } from "./state";

/** Pulumi on the options' stack. */
export interface Session {
  readonly options: Options;
  readonly state: State;
  readonly pulumi: Pulumi;
}

/** Opens the state and obtains the Pulumi CLI, but looks at no stack yet. */
export async function openSession(options: Options): Promise<Session> {
  const state = openState(options);
  const tools = await ensureTools(["pulumi"]);
  await ensurePlugins(state.home);
  return { options, state, pulumi: pulumiOn(state, tools.bin("pulumi"), tools.env()) };
}

/**
 * Holds the stack for as long as `work` takes. What a killed run left behind is cleared first.
 * @param create - make the stack when there is none; otherwise its absence is an error
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
    if (run.recovers && existed) await clearKilled(session, say);
    return await work(run);
  } finally {
    run.end();
  }
}
