import { withCluster } from ".";
import { UnreachableError } from "./cluster";
import { healCluster } from "./repair";
import type { Run } from "../engine/runs";
import type { Session } from "../engine/session";
import { stackFlags } from "../engine/stack";
import { UserError } from "../engine/errors";

/**
 * Takes back what was changed in the cluster. What is there is made what is declared at once; of what is gone, or can only be made anew, the
 * state is told, and the next `pulumi up` makes it (it compares with the state and never looks at the cluster). Does nothing, fast, when there
 * is no drift, and when there is no cluster to look at.
 * @throws UserError when something that was deleted does not go, or the state cannot be told
 */
export async function healDrift(session: Session, run: Run): Promise<void> {
  let urns: readonly string[] = [];
  try {
    urns = (await withCluster(session, healCluster)) ?? [];
  } catch (error) {
    if (error instanceof UnreachableError) return; // a stopped node: `up` starts it
    throw error;
  }
  if (urns.length === 0) return;
  const code = await session.pulumi.operate(run, [
    ...["refresh", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true"],
    ...urns.flatMap((urn) => ["--target", urn]),
    ...stackFlags(session.options, session.state),
  ]);
  if (code !== 0) throw new UserError("The drift could not be read into the state; the reason stands above.");
}
