/** Requests to one API server: credentials from a kubeconfig, kept-alive connections, JSON in and out. */
import * as http from "node:http";
import * as https from "node:https";
import { type PropertyMap } from "../base";
import type { Access } from "./access";
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

/** A connection to one API server. */
export class KubeClient {
  readonly server: URL;
  private readonly agents: { requests: http.Agent; watches: http.Agent };
  private credentials: { headers: Record<string, string>; until: number } | undefined;

  /** Does not connect yet. */
  constructor(private readonly access: Access) {
    this.server = new URL(access.server);
    const settings = { keepAlive: true, scheduling: "lifo" as const };
    const agent = (maxSockets: number): http.Agent => {
      if (access.agent !== undefined) return access.agent;
      if (this.server.protocol === "http:") return new http.Agent({ ...settings, maxSockets });
      return new https.Agent({ ...settings, ...access.tls, maxSockets });
    };
    this.agents = { requests: agent(MAX_SOCKETS), watches: agent(Infinity) };
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
      this.credentials = { headers: await this.access.headers(), until: Date.now() + CREDENTIALS_MS };
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
