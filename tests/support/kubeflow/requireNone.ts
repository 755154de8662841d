/**
 * Requires a list to be empty.
 * @param what - what the list holds, for the message
 * @throws Error with the list
 */
export function requireNone(what: string, found: readonly unknown[]): void {
  if (found.length > 0) throw new Error(`There are ${what}: ${JSON.stringify(found, null, 2)}`);
}
