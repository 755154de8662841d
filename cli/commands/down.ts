import { releaseUnfinishedCreates } from "../../drift/unfinishedCreates";
import { stopAggregation } from "../../drift/aggregatedRoles";
import { readArguments } from "../arguments";
import { UserError } from "../../engine/errors";
import { holdStack } from "../../engine/holdStack";
import { shortStackName } from "../../engine/options";
import { openSession } from "../../engine/session";
import { absence, elsewhere, stackExists, stackFlags } from "../../engine/stack";
import { holdsResources } from "../../engine/stateFile";
import { withTrimmedState } from "../../engine/trimmedState";
import { nodeElsewhere, removeNode } from "../node";
import { say } from "../../engine/say";

/**
 * `npm run down`: destroys the stack and the local node, also half-created ones. The tool cache and the stack's history stay.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("down", args);
  const session = await openSession(options);
  const exists = await stackExists(options, session.state, session.pulumi);
  const isEmpty = session.state.isPrivate && !holdsResources(options.state, shortStackName(options.stack));
  if (!exists || isEmpty) {
    const place = elsewhere(options, session.state) ?? nodeElsewhere(options);
    if (place !== undefined) throw new UserError(place);
  }
  if (!exists) {
    // A node can exist without its stack: `up` was killed before it wrote the state, or the state folder was deleted.
    const removed = await removeNode(options);
    const nothing = absence(options, session.state);
    say(removed ? `${nothing}; the node that was left is deleted.` : `${nothing}: nothing to delete.`);
    return 0;
  }
  return holdStack(
    session,
    { command: "down", create: false, releaseCreates: releaseUnfinishedCreates },
    async (held) => {
      const removeAggregatedRoles = await stopAggregation(session);
      const code = await withTrimmedState(session, () =>
        session.pulumi.operate(held, [
          ...["destroy", "--yes", "--skip-preview", "--suppress-permalink=true"],
          ...stackFlags(options, session.state),
        ]),
      );
      if (code !== 0) {
        say("\nSome resources are not deleted; the reasons are above. Run the command again to continue.");
        return code;
      }
      await removeAggregatedRoles();
      await removeNode(options);
      return 0;
    },
  );
}
