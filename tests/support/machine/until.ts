import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits for a condition, asking every 100 ms.
 * @param what - the condition in words, for the message when it does not come
 * @param holds - answers with something truthy once it holds; an error counts as "not yet"
 * @param seconds - how long to wait. Default: 60
 * @returns what `holds` answered with
 */
export async function until<T>(what: string, holds: () => T | Promise<T>, seconds = 60): Promise<NonNullable<T>> {
  const deadline = Date.now() + seconds * 1000;
  let last: unknown = "it does not hold";
  for (;;) {
    try {
      const answer = await holds();
      if (answer) return answer;
    } catch (error) {
      last = error instanceof Error ? error.message : error;
    }
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s (${String(last)})`);
    await delay(100);
  }
}
