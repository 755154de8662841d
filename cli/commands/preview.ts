import { readArguments } from "../arguments";
import { holdStack, openSession } from "../engine/session";
import { stackFlags } from "../engine/stack";

/** `npm run preview`: what `up` would change. Exits as `pulumi preview` does. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("preview", args);
  const session = await openSession(options);
  return holdStack(session, "preview", true, (held) =>
    session.pulumi.operate(held, ["preview", "--non-interactive", ...stackFlags(options, session.state)]),
  );
}
