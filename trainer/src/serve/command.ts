import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { loadModel, ModelError } from "./model";
import { readServeOptions, type ServeOptions } from "./options";
import { PredictionServer } from "./server";

/** The server cannot be started here; running it again as it is does not help. */
export class ServeError extends Error {
  override readonly name = "ServeError";
}

const RETRY_MS = 1000;
const POLL_MS = 100;

const log = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * The `serve` command: listens at once, loads the model (and waits for it, if it is not there yet), and serves until
 * SIGTERM. Resolves to the exit code.
 */
export async function serveCommand(args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const options = readServeOptions(args, env);
  const server = new PredictionServer({
    modelName: options["model-name"],
    levels: options.levels,
    maxBatch: options["max-batch"],
    maxBodyBytes: options["max-body-bytes"],
    log,
  });
  const stopped = Promise.race([once(process, "SIGTERM"), once(process, "SIGINT")]);
  await listen(server, options);
  log(`Listening on ${options.host}:${(server.http.address() as AddressInfo).port}.`);
  const stopping = new AbortController();
  const loading = keepLoading(server, options, stopping.signal);
  await stopped;
  stopping.abort();
  await Promise.all([loading, drain(server, options)]);
  return 0;
}

async function listen({ http }: PredictionServer, { port, host }: ServeOptions): Promise<void> {
  http.listen(port, host);
  try {
    await once(http, "listening");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const remedy = "free it, or give another with --port";
    throw new ServeError(`Port ${port} of ${host} cannot be listened on (${code ?? String(error)}): ${remedy}.`);
  }
}

/** Loads the model, again and again until it is there. */
async function keepLoading(server: PredictionServer, options: ServeOptions, stop: AbortSignal): Promise<void> {
  for (let told = ""; !stop.aborted;) {
    try {
      const model = await loadModel(options["model-dir"], options["model-version"], options["max-batch"]);
      server.use(model);
      log(`Serving ${options["model-name"]}, version ${model.version}.`);
      return;
    } catch (error) {
      if (!(error instanceof ModelError)) throw error;
      server.notReady(error.message.replace(/\.$/, ""));
      if (error.message !== told) log(`Not ready: ${error.message}`);
      told = error.message;
    }
    await wait(RETRY_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/**
 * Lets the server end without losing a request: probes are told first, and it goes on answering until nobody has
 * asked for a while, since those who route requests here learn of it late.
 */
async function drain(server: PredictionServer, options: ServeOptions): Promise<void> {
  log("Stopping: answering what still comes.");
  server.drain();
  const started = performance.now();
  const over = (): boolean => performance.now() - started > options["drain-seconds"] * 1000;
  const quiet = (): boolean =>
    Math.min(server.idleFor(), performance.now() - started) >= options["idle-seconds"] * 1000;
  while (!quiet() && !over()) await wait(POLL_MS);
  const closed = once(server.http, "close");
  server.http.close();
  server.http.closeIdleConnections();
  while (server.idleFor() === 0 && !over()) await wait(POLL_MS);
  server.http.closeAllConnections();
  await closed;
  log("Stopped.");
}
