/** One maker, changer or remover of a node at a time. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { bootId, isAlive, recordedProcess } from "./processes";

/**
 * Does something while holding a lock file. A lock whose holder is gone is taken over.
 * @param waiting is told who holds it, while it waits
 */
export async function whileLocked<T>(
  file: string,
  signal: AbortSignal,
  waiting: (pid: number) => void,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  const record = `${bootId()}\n${readFileSync("/proc/self/stat", "latin1")}`;
  for (;;) {
    try {
      writeFileSync(file, record, { flag: "wx" });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = recordedProcess(file);
    if (!isAlive(holder)) rmSync(file, { force: true });
    else {
      waiting(holder.pid);
      await delay(200, undefined, { signal });
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
