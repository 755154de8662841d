/** When a plugin process ends: told to by the engine, by a signal, or left alone by a killed engine. */

/** How long calls under way get to clean up after the plugin was told to end. */
const GRACE_MS = 10_000;
const PARENT_CHECK_MS = 1_000;

/**
 * Ends the process in order. `stop` must abort what is under way and resolve when that is done.
 *
 * The engine gives each plugin a process group of its own, so a terminal's Ctrl-C does not come here: SIGINT is the engine's
 * own way to say that it is done, after which it waits five seconds, in which no other plugin can be told. SIGTERM does the same. A plugin whose engine was killed (its parent changes) stops too: two
 * engines' plugins at work on the same objects would be worse than an operation half done.
 *
 * @param watchParent whether to end with the parent process; not for a plugin started by hand
 */
export function superviseProcess(stop: () => Promise<void>, watchParent: boolean): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    void stop().finally(() => process.exit(0));
  };
  process.on("SIGINT", end);
  process.on("SIGTERM", end);
  process.on("SIGHUP", end);
  if (!watchParent) return;
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) end();
  }, PARENT_CHECK_MS).unref();
}
