import { stopAggregation } from "../../drift/aggregatedRoles";
import { readArguments } from "../arguments";
import { holdStack } from "../../engine/holdStack";
import { openSession } from "../../engine/session";
import { stackExists, stackFlags } from "../../engine/stack";
import { withTrimmedState } from "../../engine/trimmedState";
import { removeNode } from "../node";
import { say } from "../../engine/say";

/**
 * `npm run down`: destroys the stack and the local node, also when half made or killed. What stays is the tool cache and
 * the stack's history.
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("down", args);
  const session = await openSession(options);
  if (!(await stackExists(options, session.state, session.pulumi))) {
    // A node can be left even so: of an `up` killed before its state was first written, or whose state folder is gone.
    const removed = await removeNode(options);
    say(
      removed
        ? "The stack was not there; the node that was left is gone."
        : `There is no stack ${options.stack}: nothing to take down.`,
    );
    return 0;
  }
  return holdStack(session, "down", false, async (held) => {
    const removeAggregatedRoles = await stopAggregation(session);
    const code = await withTrimmedState(session, () =>
      session.pulumi.operate(held, [
        ...["destroy", "--yes", "--skip-preview", "--suppress-permalink=true"],
        ...stackFlags(options, session.state),
      ]),
    );
    if (code !== 0) {
      say(
        "\nNot everything is gone; what to do about it stands above, and running the command again goes on from here.",
      );
      return code;
    }
    await removeAggregatedRoles();
    await removeNode(options);
    return 0;
  });
}
