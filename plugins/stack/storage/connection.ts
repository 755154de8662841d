/** A connection to an S3 object store. */
import * as http from "node:http";
import * as https from "node:https";
import type { Socket } from "node:net";
import { setTimeout } from "node:timers/promises";
import { Client } from "minio";

/** Where an object store is and who asks. */
export interface Connection {
  /** Such as `http://127.0.0.1:9000`. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
  /** Default: `us-east-1`, MinIO's. */
  region?: string;
}

const defaultRegion = "us-east-1";

/** A client for the store. Nothing is sent yet. */
export function connect(connection: Connection): Client {
  const url = new URL(connection.endpoint);
  const useSSL = url.protocol === "https:";
  return new Client({
    endPoint: url.hostname,
    port: Number(url.port || (useSSL ? 443 : 80)),
    useSSL,
    accessKey: connection.accessKey,
    secretKey: connection.secretKey,
    region: connection.region ?? defaultRegion,
    transportAgent: impatient(useSSL ? new https.Agent() : new http.Agent()),
  });
}

/** How long a connection may be silent, in milliseconds. The client itself would wait for ever, and the preview with it. */
const patience = 15_000;

function impatient<A extends http.Agent>(agent: A): A {
  const create = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const socket = create(options, callback) as Socket;
    const silence = Object.assign(new Error(`nothing was said for ${patience / 1000} s`), { code: "ETIMEDOUT" });
    return socket.setTimeout(patience, () => socket.destroy(silence));
  };
  return agent;
}

/** Whether a store's address can be used; the reason when not. */
export function endpointFault(endpoint: string): string | undefined {
  if (/^https?:\/\/[^/\s]+\/?$/.test(endpoint) && URL.canParse(endpoint)) return undefined;
  return `"${endpoint}" is no object store's address; write it as http://host:port.`;
}

/** What a failed request says of itself, whoever made the error: an S3 code, a system's code, or a name. */
export function errorCode(error: unknown): string {
  const { code, name } = error as { code?: unknown; name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "";
}

const unreachable = new Set(
  "ECONNREFUSED ECONNRESET ETIMEDOUT EPIPE EHOSTUNREACH ENOTFOUND EAI_AGAIN UND_ERR_SOCKET".split(" "),
);
// What the client makes of "not initialized" and "busy" (408, 429, most of 5xx) after a second try: it drops the answer's own code.
const unready = /Retryable HTTP status: (?<status>\d+)/;

const messageOf = (error: unknown): string => (error as Error).message ?? "";

/** Whether the store could not answer, which may pass, rather than refused. */
export function isUnreachable(error: unknown): boolean {
  const cause: unknown = error instanceof AggregateError ? error.errors[0] : error;
  return unreachable.has(errorCode(cause)) || /socket hang up/.test(messageOf(cause)) || unready.test(messageOf(cause));
}

/**
 * Asks the store until it answers: while a port is being published, it refuses connections, and right after its start it
 * answers 503, also when it has already called itself ready.
 *
 * @param seconds How long to try.
 */
export async function untilReachable<T>(
  endpoint: string,
  work: () => Promise<T>,
  options: { seconds: number; signal: AbortSignal; status: (text: string) => void },
): Promise<T> {
  const end = Date.now() + options.seconds * 1000;
  for (let wait = 250; ; wait = Math.min(wait * 2, 4000)) {
    options.signal.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      if (Date.now() + wait > end) {
        const status = unready.exec(messageOf(error))?.groups?.["status"];
        const why = status ? `it answers ${status}` : messageOf(error) || errorCode(error);
        const what = status ? "was not ready" : "did not answer";
        throw new Error(`The object store at ${endpoint} ${what} within ${options.seconds} s (${why}).`, {
          cause: error,
        });
      }
      options.status(`waiting for the object store at ${endpoint}`);
      await setTimeout(wait, undefined, { signal: options.signal });
    }
  }
}
