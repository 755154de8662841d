import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { nodeOwner } from "../../node/owner";
import { takeDown } from "../../node/remove";
import { say } from "../../engine/say";

/**
 * Takes local nodes away, whoever made them: those of suites that were ended before they could do so.
 * @param folder - where their folders are
 */
export async function removeLeftNodes(folder: string): Promise<void> {
  const names = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  for (const entry of names.filter((one) => one.isDirectory())) {
    const node = path.join(folder, entry.name);
    say(`taking away the node ${entry.name}, which a suite has left`);
    await takeDown(node, nodeOwner(node), new AbortController().signal, say);
  }
}
