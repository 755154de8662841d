/** Requests to one API server, as they go over the wire: credentials, certificates, proxies, deadlines, and what is asked again. */
import * as http from "node:http";
import * as https from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { credentialSource, type Credentials, type CredentialSource } from "./credentials";
import { UnreachableError } from "./errors";
import { bytesOf, type KubeContext } from "./kubeconfig";
import { JSON_BODY } from "./mediaTypes";
import { textAt } from "./object";
import { proxyFor } from "./proxy";

export interface RequestOptions {
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON; text is sent as it is. */
  readonly body?: unknown;
  /** The media type of the body. @default JSON */
  readonly contentType?: string;
  /** The media type of the answer. @default JSON */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** How long the server may take for one answer. @default a minute: a server that learns kinds takes its time */
  readonly timeoutMs?: number;
  /** Whether to ask again when the server is busy. `false` for who polls anyway. @default true */
  readonly retryBusy?: boolean;
}

/** A whole answer. */
export interface Answer {
  readonly status: number;
  readonly text: string;
  /** Seconds after which the server wants to be asked again; `undefined` where it does not say. */
  readonly retryAfter: number | undefined;
}

const TIMEOUT_MS = 60_000;
const MAX_SOCKETS = 48;

/** How often a busy server is asked: one that says when to come back, and one that does not. */
const BUSY_ATTEMPTS = { told: 10, untold: 4 };
/** The longest that a server's Retry-After is followed, in seconds. */
const LONGEST_PAUSE = 5;
/** How often a request is sent whose connection was reset. */
const RESET_ATTEMPTS = 3;

/** A connection to the cluster of a context. It is opened by the first request. */
export class Connection {
  readonly server: URL;
  readonly #tls: https.AgentOptions;
  readonly #proxy: URL | undefined;
  readonly #credentials: CredentialSource;
  #agents: { readonly cert: unknown; readonly requests: http.Agent; readonly watches: http.Agent } | undefined;

  constructor(context: KubeContext) {
    const { cluster } = context;
    this.server = new URL(textAt(cluster, "server"));
    const ca = bytesOf(cluster, "certificate-authority");
    const servername = textAt(cluster, "tls-server-name");
    this.#tls = {
      ...(ca && { ca }),
      ...(servername !== "" && { servername }),
      ...(cluster["insecure-skip-tls-verify"] === true && { rejectUnauthorized: false }),
    };
    this.#proxy = proxyFor(this.server, textAt(cluster, "proxy-url"));
    this.#credentials = credentialSource(context);
  }

  /** Sends a request and reads the whole answer, whatever its status. */
  async exchange(method: string, path: string, options: RequestOptions): Promise<Answer> {
    let resets = 0;
    let isRenewed = false;
    for (let attempt = 1; ; attempt++) {
      let answer: Answer;
      try {
        answer = await this.#attempt(method, path, options);
      } catch (error) {
        if (!(error instanceof ConnectionError)) throw error;
        resets += 1;
        if (!error.isRepeatable(method) || resets === RESET_ATTEMPTS)
          throw new UnreachableError(this.server.origin, error.cause);
        continue;
      }
      if (answer.status === 401 && !isRenewed && this.#credentials.renew()) {
        isRenewed = true;
        continue;
      }
      const pause = options.retryBusy === false ? undefined : pauseAfter(answer, method, attempt);
      if (pause === undefined) return answer;
      await sleep(pause * 1000, undefined, { signal: options.signal }).catch(() => options.signal?.throwIfAborted());
    }
  }

  /** Opens a stream that stays open: a watch. The caller reads and ends it. */
  async stream(path: string, options: RequestOptions): Promise<http.IncomingMessage> {
    const credentials = await this.#credentials.get();
    const agents = await this.#agentsFor(credentials);
    return new Promise((resolve, reject) => {
      const sent = this.#send("GET", path, options, credentials, agents.watches, resolve);
      sent.on("error", (error) =>
        reject(options.signal?.aborted === true ? error : new UnreachableError(this.server.origin, error)),
      );
      sent.end();
    });
  }

  /** Closes what is open. */
  close(): void {
    this.#agents?.requests.destroy();
    this.#agents?.watches.destroy();
  }

  async #attempt(method: string, path: string, options: RequestOptions): Promise<Answer> {
    const credentials = await this.#credentials.get();
    const agents = await this.#agentsFor(credentials);
    const { signal, timeoutMs = TIMEOUT_MS } = options;
    signal?.throwIfAborted();
    const body = bodyOf(options);
    return new Promise((resolve, reject) => {
      const finish = (act: () => void) => {
        clearTimeout(timer);
        act();
      };
      const fail = (error: Error) =>
        finish(() =>
          reject(signal?.aborted === true ? (signal.reason as Error) : new ConnectionError(error, sent.reusedSocket)),
        );
      const sent = this.#send(method, path, options, credentials, agents.requests, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", fail);
        response.on("end", () =>
          finish(() =>
            resolve({
              status: response.statusCode ?? 0,
              text: Buffer.concat(chunks).toString("utf8"),
              retryAfter: secondsOf(response.headers["retry-after"]),
            }),
          ),
        );
      });
      const timer = setTimeout(
        () => sent.destroy(new Error(`no answer to ${method} ${path} within ${timeoutMs / 1000} s`)),
        timeoutMs,
      );
      sent.on("error", fail);
      sent.end(body);
    });
  }

  #send(
    method: string,
    path: string,
    { query = {}, contentType = JSON_BODY, accept = JSON_BODY, signal, ...rest }: RequestOptions,
    credentials: Credentials,
    agent: http.Agent,
    onAnswer: (answer: http.IncomingMessage) => void,
  ): http.ClientRequest {
    const url = new URL(this.server.pathname.replace(/\/$/, "") + path, this.server);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    const body = bodyOf(rest);
    const headers = {
      ...(credentials.headers as http.OutgoingHttpHeaders),
      accept,
      "user-agent": "kubeflow-stack",
      // Node states no length of a DELETE's body, and what is not announced is taken for the next request.
      ...(body && { "content-type": contentType, "content-length": body.length }),
    };
    const request = url.protocol === "http:" ? http.request : https.request;
    return request(url, { method, headers, agent, signal }, onAnswer);
  }

  /** The agents for a client certificate: a login program may hand out another one. */
  async #agentsFor({ cert, key }: Credentials) {
    if (this.#agents !== undefined && this.#agents.cert === cert) return this.#agents;
    this.close();
    const tls = { ...this.#tls, ...(cert !== undefined && { cert, key }) };
    this.#agents = {
      cert,
      requests: await this.#agent({ keepAlive: true, scheduling: "lifo", maxSockets: MAX_SOCKETS }, tls),
      watches: await this.#agent({ keepAlive: true }, tls),
    };
    return this.#agents;
  }

  async #agent(options: http.AgentOptions, tls: https.AgentOptions): Promise<http.Agent> {
    if (this.#proxy?.protocol.startsWith("socks") === true) {
      const { SocksProxyAgent } = await import("socks-proxy-agent");
      return new SocksProxyAgent(this.#proxy, { ...options, ...tls });
    }
    const proxy = this.#proxy?.href;
    // Node's own support; which servers have no proxy is decided before.
    const all = { ...options, ...(proxy !== undefined && { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } }) };
    return this.server.protocol === "http:" ? new http.Agent(all) : new https.Agent({ ...all, ...tls });
  }
}

/** No answer came. */
class ConnectionError extends Error {
  constructor(
    override readonly cause: Error,
    private readonly wasReused: boolean,
  ) {
    super(cause.message);
  }

  /**
   * Whether the request can be sent once more. A kept connection that is reset had been closed by a server that restarted, so the request
   * never reached it; on a fresh one it may have, and what it created must not be created twice.
   */
  isRepeatable(method: string): boolean {
    const isReset = "code" in this.cause && /^(ECONNRESET|EPIPE)$/.test(String(this.cause.code));
    return isReset && (this.wasReused || method !== "POST");
  }
}

/** Seconds to wait before a busy server is asked again; `undefined` for an answer that is final. */
function pauseAfter({ status, retryAfter }: Answer, method: string, attempt: number): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  if (retryAfter !== undefined)
    return attempt < BUSY_ATTEMPTS.told ? Math.min(Math.max(retryAfter, 0.1), LONGEST_PAUSE) : undefined;
  // Without the header, a proxy may have answered for a server that did what it was asked.
  const isSafe = status === 429 || method !== "POST";
  return isSafe && attempt < BUSY_ATTEMPTS.untold ? 0.25 * 2 ** (attempt - 1) : undefined;
}

function secondsOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isNaN(seconds) ? undefined : seconds;
}

function bodyOf({ body }: Pick<RequestOptions, "body">): Buffer | undefined {
  if (body === undefined) return undefined;
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
}
