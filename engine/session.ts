import { ensurePlugins } from "../infra/recipes/plugins";
import { ensureTools } from "../infra/recipes";
import { withoutCredentials } from "../node/backend";
import { backendFor } from "./backend";
import type { StackOptions } from "./options";
import { pulumiOn, type Pulumi } from "./pulumi";
import { say } from "./say";
import { openCredentials, openState, type PulumiPlace, type State } from "./state";

/** Pulumi on one stack. */
export interface Session {
  readonly options: StackOptions;
  readonly state: State;
  readonly pulumi: Pulumi;
}

/** Opens the state and obtains the Pulumi CLI. Does not look at the stack yet. */
export async function openSession(options: StackOptions): Promise<Session> {
  const backend = backendFor(options);
  if (backend.unused !== undefined)
    say(
      `The stack ${options.stack} stays in ${options.state}, where its state lies, and not in ` +
        `${withoutCredentials(backend.unused)}, which you are logged in to.`,
    );
  const state = openState(options, backend);
  const pulumi = await obtainPulumi(state);
  await ensurePlugins(state.home);
  return { options, state, pulumi };
}

/** The Pulumi CLI on no backend, with the person's own credentials: for logging in and out. */
export const openPulumi = (options: StackOptions): Promise<Pulumi> => obtainPulumi(openCredentials(options));

async function obtainPulumi(place: PulumiPlace): Promise<Pulumi> {
  const tools = await ensureTools(["pulumi"]);
  return pulumiOn(place, tools.bin("pulumi"), tools.env());
}
