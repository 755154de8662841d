/** Requests to one API server: credentials from a kubeconfig, kept-alive connections, JSON in and out. */
import * as http from "node:http";
import * as https from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { PropertyMap } from "../base";
import { ApiError, UnreachableError } from "./apiError";

/** One request. */
export interface ApiRequest {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Record<string, string | undefined>;
  body?: PropertyMap | PropertyMap[];
  contentType?: string;
  signal?: AbortSignal;
  /** Called with each warning the server attached to its answer. */
  onWarning?: (text: string) => void;
}

/** Content types of the ways to change an object. */
export const APPLY_PATCH = "application/apply-patch+yaml";
export const JSON_PATCH = "application/json-patch+json";

/** How long credentials from a kubeconfig are used before they are asked for again (exec plugins rotate them). */
const CREDENTIALS_MS = 30_000;
const MAX_SOCKETS = 48;
const USER_AGENT = "pulumi-kubernetes/4.34.2 (kubeflow-stack)";

/** Errors of a connection that a request may simply be repeated after, having never reached the server. */
const RETRIABLE = new Set(["ECONNRESET", "EPIPE"]);

export class KubeClient {
  readonly server: URL;
  private readonly agents: { requests: http.Agent; watches: http.Agent };
  private credentials: { headers: Record<string, string>; until: number } | undefined;

  private constructor(
    private readonly config: KubeConfig,
    options: https.RequestOptions,
  ) {
    const cluster = config.getCurrentCluster();
    if (cluster === null)
      throw new Error("The kubeconfig names no current cluster; set its current-context, or context.");
    this.server = new URL(cluster.server);
    const agent = (): http.Agent => {
      if (cluster.proxyUrl !== undefined && options.agent instanceof http.Agent) return options.agent;
      const settings = { keepAlive: true, maxSockets: Infinity, scheduling: "lifo" as const };
      if (this.server.protocol === "http:") return new http.Agent(settings);
      const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized } = options;
      return new https.Agent({ ...settings, ca, cert, key, pfx, passphrase, servername, rejectUnauthorized });
    };
    this.agents = { requests: agent(), watches: agent() };
    this.agents.requests.maxSockets = MAX_SOCKETS;
  }

  /** Reads the credentials and certificates of a kubeconfig; does not connect yet. */
  static async of(config: KubeConfig): Promise<KubeClient> {
    const options: https.RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    return new KubeClient(config, options);
  }

  /** Sends a request and reads the JSON answer. Throws ApiError, or UnreachableError. */
  async request(request: ApiRequest): Promise<PropertyMap> {
    return JSON.parse(await this.text(request)) as PropertyMap;
  }

  /** Sends a request and reads the answer as it is (logs). */
  async text(request: ApiRequest): Promise<string> {
    const answer = await this.open(request, this.agents.requests);
    const body = await readAll(answer);
    const code = answer.statusCode ?? 0;
    if (code < 200 || code > 299) throw ApiError.of(code, body);
    for (const warning of warnings(answer)) request.onWarning?.(warning);
    return body;
  }

  /** Opens a stream that stays open (a watch); the caller reads and ends it. */
  async stream(request: ApiRequest): Promise<http.IncomingMessage> {
    const answer = await this.open(request, this.agents.watches);
    const code = answer.statusCode ?? 0;
    if (code !== 200) throw ApiError.of(code, await readAll(answer));
    return answer;
  }

  close(): void {
    this.agents.requests.destroy();
    this.agents.watches.destroy();
  }

  private async open(request: ApiRequest, agent: http.Agent): Promise<http.IncomingMessage> {
    for (let attempt = 1; ; attempt++) {
      const answer = await this.attempt(request, agent, attempt).catch((error: unknown) => {
        if (request.signal?.aborted === true) throw request.signal.reason;
        const failure = error as NodeJS.ErrnoException;
        if (attempt < 3 && RETRIABLE.has(failure.code ?? "")) return undefined;
        throw new UnreachableError(this.server.origin, failure);
      });
      if (answer === undefined) continue;
      if (answer.statusCode === 401 && attempt === 1) {
        answer.resume();
        this.credentials = undefined;
        continue;
      }
      // The server asks to come back: too many requests, or it is starting or ending.
      const retryAfter = Number(answer.headers["retry-after"] ?? NaN);
      if ((answer.statusCode === 429 || answer.statusCode === 503) && retryAfter > 0 && attempt < 6) {
        answer.resume();
        await pause(Math.min(retryAfter, 5) * 1000, request.signal);
        continue;
      }
      return answer;
    }
  }

  private async attempt(request: ApiRequest, agent: http.Agent, attempt: number): Promise<http.IncomingMessage> {
    const url = new URL(this.server.pathname.replace(/\/$/, "") + request.path, this.server);
    for (const [key, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const body = request.body === undefined ? undefined : Buffer.from(JSON.stringify(request.body));
    const headers: Record<string, string | number> = {
      ...(await this.authorization()),
      accept: "application/json",
      "user-agent": USER_AGENT,
    };
    if (body !== undefined) {
      headers["content-type"] = request.contentType ?? "application/json";
      headers["content-length"] = body.length;
    }
    const open = url.protocol === "http:" ? http.request : https.request;
    return new Promise((resolve, reject) => {
      const outgoing = open(
        url,
        { method: request.method ?? "GET", headers, agent: attempt > 2 ? undefined : agent, signal: request.signal },
        resolve,
      );
      outgoing.on("error", reject);
      outgoing.end(body);
    });
  }

  private async authorization(): Promise<Record<string, string>> {
    if (this.credentials === undefined || this.credentials.until < Date.now()) {
      const options: https.RequestOptions = {};
      await this.config.applyToHTTPSOptions(options);
      const headers = { ...(options.headers as Record<string, string> | undefined) };
      if (typeof options.auth === "string") {
        headers["authorization"] = `Basic ${Buffer.from(options.auth).toString("base64")}`;
      }
      this.credentials = { headers, until: Date.now() + CREDENTIALS_MS };
    }
    return this.credentials.headers;
  }
}

async function readAll(stream: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** The texts of `Warning: 299 - "text"` headers. */
function warnings(answer: http.IncomingMessage): string[] {
  const header = answer.headers["warning"];
  if (header === undefined) return [];
  return [...String(header).matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) =>
    (match[1] ?? "").replaceAll(/\\(.)/g, "$1"),
  );
}

/** Waits, or rejects when the signal aborts first. */
export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason as Error);
    };
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
