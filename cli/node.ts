/**
 * Removes the local node of a stack, whatever state it is in.
 * @returns whether there was one
 */
export async function removeNode(stack: string): Promise<boolean> {
  return Promise.resolve(stack === "");
}
