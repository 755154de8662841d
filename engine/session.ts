import { ensurePlugins } from "../infra/recipes/plugins";
import { ensureTools } from "../infra/recipes";
import type { StackOptions } from "./options";
import { pulumiOn, type Pulumi } from "./pulumi";
import { openState, type State } from "./state";

/** Pulumi on one stack. */
export interface Session {
  readonly options: StackOptions;
  readonly state: State;
  readonly pulumi: Pulumi;
}

/** Opens the state and obtains the Pulumi CLI. Does not look at the stack yet. */
export async function openSession(options: StackOptions): Promise<Session> {
  const state = openState(options);
  const tools = await ensureTools(["pulumi"]);
  await ensurePlugins(state.home);
  return { options, state, pulumi: pulumiOn(state, tools.bin("pulumi"), tools.env()) };
}
