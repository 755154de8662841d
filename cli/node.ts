import { existsSync } from "node:fs";
import { ownerOf } from "../engine/backend";
import { shortStackName, type StackOptions } from "../engine/options";
import { say } from "../engine/say";
import { belongsTo, isSameClone, otherOwner } from "../node/owner";
import { defaultStateDir } from "../node/paths";
import { takeDown } from "../node/remove";

const folderOf = ({ stack }: StackOptions): string => defaultStateDir(shortStackName(stack));

/** One sentence about a node of the stack's name that a stack of this clone owns by another backend or state folder. */
export function nodeElsewhere(options: StackOptions): string | undefined {
  const folder = folderOf(options);
  const owner = ownerOf(options);
  const other = otherOwner(folder, owner);
  return other && isSameClone(owner, other) ? belongsTo(folder, other) : undefined;
}

/**
 * Deletes the local node of a stack in whatever state it is: a node whose creation was killed is in no Pulumi state. A node of
 * that name that another stack owns is left alone, and its owner named.
 * @returns whether a node was deleted
 */
export async function removeNode(options: StackOptions): Promise<boolean> {
  const folder = folderOf(options);
  if (!existsSync(folder)) return false;
  const owner = ownerOf(options);
  const other = otherOwner(folder, owner);
  if (other) {
    say(belongsTo(folder, other));
    return false;
  }
  say(`deleting what is left of the node in ${folder}`);
  await takeDown(folder, owner, new AbortController().signal, say);
  return true;
}
