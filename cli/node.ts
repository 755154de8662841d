import { existsSync } from "node:fs";
import { NAMESPACE } from "../infra/settings";
import { belongsTo, fileBackend, otherOwner, type Owner, stackOwner } from "../node/owner";
import { defaultStateDir } from "../node/paths";
import { takeDown } from "../node/remove";
import { shortStackName, type StackOptions } from "../engine/options";
import { hasOwnBackend } from "../engine/state";
import { say } from "../engine/say";

/** The owner of the nodes of the stack that the options name. */
export function ownerOf({ stack, state }: StackOptions): Owner {
  const env = hasOwnBackend() ? process.env : { PULUMI_BACKEND_URL: fileBackend(state) };
  return stackOwner(NAMESPACE, shortStackName(stack), env);
}

/**
 * Removes the local node of a stack, whatever state it is in: one whose making was killed is in no Pulumi state. A node of that
 * name which another stack made is left alone, and named.
 * @returns whether one was removed
 */
export async function removeNode(options: StackOptions): Promise<boolean> {
  const folder = defaultStateDir(shortStackName(options.stack));
  if (!existsSync(folder)) return false;
  const owner = ownerOf(options);
  const other = otherOwner(folder, owner);
  if (other) {
    say(belongsTo(folder, other));
    return false;
  }
  say(`removing what is left of the node in ${folder}`);
  await takeDown(folder, owner, new AbortController().signal, say);
  return true;
}
