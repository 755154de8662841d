/** Requests to one API server: JSON in and out, repeated where the server asks for it. */
import { type Agent, type IncomingMessage, request as requestPlain } from "node:http";
import { request as requestTls } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { type Access, accessOf } from "./access";
import { errorOf, UnreachableError } from "./errors";
import { mediaType } from "./mediaTypes";

export interface KubeRequest {
  readonly query?: Readonly<Record<string, string | undefined>>;
  /** Sent as JSON; a string is sent as it is. */
  readonly body?: unknown;
  /** @default JSON */
  readonly contentType?: string;
  /** The form of the answer. @default JSON */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** The time for one attempt, in milliseconds. @default 60 000: a busy server that learns kinds takes long */
  readonly timeoutMs?: number;
}

/** An answer, whatever its status. */
export interface KubeAnswer {
  readonly status: number;
  /** Parsed JSON; text where the answer is none; undefined where it is empty. */
  readonly body: unknown;
}

const PATIENCE_MS = 60_000;
/** How often to ask a server that is busy or starting and says when to come back. */
const BUSY_ATTEMPTS = 10;
const LONGEST_PAUSE_MS = 5_000;
/** How often to ask where the connection was reset. */
const RESET_ATTEMPTS = 3;
/** How long the headers of a login program are used before it is asked again. */
const LOGIN_MS = 30_000;
const MAX_SOCKETS = 48;

/** A connection to one API server. */
export class KubeClient {
  private readonly requests: Agent;
  private readonly watches: Agent;
  private login: { headers: Record<string, string>; until: number } | undefined;

  constructor(private readonly access: Access) {
    this.requests = access.agent(MAX_SOCKETS);
    this.watches = access.agent(Infinity);
  }

  /**
   * Opens a connection; no request is sent yet.
   *
   * @param kubeconfig Content or path, as `readKubeconfig` takes it.
   * @param context @default the current context
   * @throws KubeconfigError that names what is missing.
   */
  static async connect(kubeconfig?: string, context?: string): Promise<KubeClient> {
    return new KubeClient(await accessOf(kubeconfig, context));
  }

  /** The server's address. */
  get server(): URL {
    return this.access.server;
  }

  /** The namespace of the kubeconfig's context. */
  get namespace(): string {
    return this.access.namespace;
  }

  /**
   * Sends a request and returns the answer, whatever its status.
   *
   * @param path From the root, such as `/api/v1/namespaces`.
   * @throws UnreachableError when no answer comes.
   */
  async request(method: string, path: string, request: KubeRequest = {}): Promise<KubeAnswer> {
    const response = await this.respond(method, path, request, this.requests);
    const text = await this.read(response);
    return { status: response.statusCode ?? 0, body: text === "" ? undefined : decoded(text) };
  }

  /**
   * Sends a request and returns the body of the answer.
   *
   * @throws KubeError for a status of 400 and above; UnreachableError when no answer comes.
   */
  async call<T = unknown>(method: string, path: string, request: KubeRequest = {}): Promise<T> {
    const { status, body } = await this.request(method, path, request);
    if (status >= 400) throw errorOf(status, body, `${method} ${path}`);
    return body as T;
  }

  /** Opens an answer that does not end, such as a watch; the caller reads and destroys it. */
  async stream(path: string, request: KubeRequest = {}): Promise<IncomingMessage> {
    const response = await this.respond("GET", path, request, this.watches);
    const status = response.statusCode ?? 0;
    if (status !== 200) throw errorOf(status, decoded(await this.read(response)), `GET ${path}`);
    return response;
  }

  /** Closes all connections. */
  close(): void {
    this.requests.destroy();
    this.watches.destroy();
  }

  /** Sends a request until there is an answer that is neither "come back later" nor a connection that broke. */
  private async respond(method: string, path: string, request: KubeRequest, agent: Agent): Promise<IncomingMessage> {
    let resets = 0;
    let isLoginFresh = false;
    for (let attempt = 1; ; attempt++) {
      const sent = await this.send(method, path, request, agent).catch((error: Failure) => {
        request.signal?.throwIfAborted();
        if (error.mayRepeat && ++resets < RESET_ATTEMPTS) return undefined;
        throw new UnreachableError(this.server.origin, error.message);
      });
      if (sent === undefined) continue;
      if (sent.statusCode === 401 && !isLoginFresh) {
        isLoginFresh = true;
        if (this.login) {
          this.login = undefined;
          sent.resume();
          continue;
        }
      }
      const wait = retryAfterMs(sent);
      if (wait === undefined || attempt >= BUSY_ATTEMPTS) return sent;
      sent.resume();
      await pause(wait, undefined, request.signal && { signal: request.signal });
    }
  }

  private async send(
    method: string,
    path: string,
    { query = {}, body, contentType = mediaType.json, accept = mediaType.json, signal, timeoutMs }: KubeRequest,
    agent: Agent,
  ): Promise<IncomingMessage> {
    const url = new URL(this.server.pathname.replace(/\/$/, "") + path, this.server);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    const content =
      body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const headers: Record<string, string | number> = {
      ...(await this.identity()),
      accept,
      // Node does not announce the length of a DELETE's body by itself, and the server would take it for the next request.
      ...(content && { "content-type": contentType, "content-length": content.length }),
    };
    const open = url.protocol === "http:" ? requestPlain : requestTls;
    const deadline = new AbortController();
    return new Promise<IncomingMessage>((resolve, reject) => {
      const patience = timeoutMs ?? PATIENCE_MS;
      const signals = [deadline.signal, ...(signal ? [signal] : [])];
      const sent = open(url, { method, headers, agent, signal: AbortSignal.any(signals) });
      const timer = setTimeout(() => {
        late = new Error(`no answer to ${method} ${path} within ${patience / 1000} s`);
        deadline.abort();
      }, patience);
      let late: Error | undefined;
      sent.on("response", (response) => {
        // A watch stays open for as long as it takes; an answer must end in time.
        if (agent === this.watches) clearTimeout(timer);
        response.once("close", () => clearTimeout(timer));
        resolve(response);
      });
      sent.on("error", (error: NodeJS.ErrnoException) => {
        clearTimeout(timer);
        // A kept connection that a restarted server had closed never brought the request there; reading may always be repeated.
        const isReset = ["ECONNRESET", "EPIPE"].includes(error.code ?? "");
        const mayRepeat = isReset && late === undefined && (sent.reusedSocket || method === "GET");
        reject(new Failure((late ?? error).message, mayRepeat));
      });
      sent.end(content);
    });
  }

  private async read(response: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of response) chunks.push(chunk as Buffer);
    } catch (error) {
      throw new UnreachableError(this.server.origin, error instanceof Error ? error.message : String(error));
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  private async identity(): Promise<Record<string, string>> {
    if (this.login === undefined || this.login.until < Date.now())
      this.login = { headers: await this.access.headers(), until: Date.now() + LOGIN_MS };
    return this.login.headers;
  }
}

/** Why no answer came, and whether the request may be sent again. */
class Failure extends Error {
  constructor(
    message: string,
    readonly mayRepeat: boolean,
  ) {
    super(message);
  }
}

/** How long a busy or starting server asks to wait, in milliseconds; undefined where it does not. */
function retryAfterMs(response: IncomingMessage): number | undefined {
  if (response.statusCode !== 429 && response.statusCode !== 503) return undefined;
  const seconds = Number(response.headers["retry-after"] ?? 0);
  return seconds > 0 ? Math.min(seconds * 1000, LONGEST_PAUSE_MS) : undefined;
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
