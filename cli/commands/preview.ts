import { releaseUnfinishedCreates } from "../../drift/unfinishedCreates";
import { readArguments } from "../arguments";
import { driftOfStack } from "../../drift";
import { UnreachableError } from "../../drift/cluster";
import { printDrift } from "../../drift/print";
import { holdStack } from "../../engine/holdStack";
import { openSession, type Session } from "../../engine/session";
import { stackFlags } from "../../engine/stack";
import { say } from "../../engine/say";

/**
 * `npm run preview`: what `up` would change, and on standard output what has drifted in the cluster, which `up` heals first; Pulumi alone
 * compares with the state. Exits as `pulumi preview` does.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("preview", args);
  const session = await openSession(options);
  return holdStack(
    session,
    { command: "preview", create: true, releaseCreates: releaseUnfinishedCreates },
    async (held) => {
      const code = await session.pulumi.operate(held, [
        ...["preview", "--non-interactive"],
        ...stackFlags(options, session.state),
      ]);
      if (code === 0) await tellDrift(session);
      return code;
    },
  );
}

async function tellDrift(session: Session): Promise<void> {
  try {
    const drifts = (await driftOfStack(session)) ?? [];
    if (drifts.length > 0) say("\nWhat has drifted in the cluster, and npm run up makes as declared:");
    for (const drift of drifts) process.stdout.write(`${printDrift(drift)}\n`);
  } catch (error) {
    // Of a node that is stopped the preview has told.
    if (!(error instanceof UnreachableError)) throw error;
  }
}
