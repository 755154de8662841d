import { existsSync } from "node:fs";
import { defaultStateDir } from "../plugins/stack/node/paths";
import { takeDown } from "../plugins/stack/node/remove";
import { say } from "./say";

/**
 * Removes the local node of a stack, whatever state it is in: one whose making was killed is in no Pulumi state.
 * @param stack - the stack's name, by which its node goes
 * @returns whether there was one
 */
export async function removeNode(stack: string): Promise<boolean> {
  const folder = defaultStateDir(stack.slice(stack.lastIndexOf("/") + 1));
  if (!existsSync(folder)) return false;
  say(`removing what is left of the node in ${folder}`);
  await takeDown(folder, new AbortController().signal, say);
  return true;
}
