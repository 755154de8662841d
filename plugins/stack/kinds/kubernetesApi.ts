/** A small client for what our own kinds ask of a Kubernetes API server: paths in, JSON out. */
import type { IncomingMessage } from "node:http";
import { Agent, type RequestOptions, request } from "node:https";
import type { Context } from "../../base";
import { type Access, accessOf } from "../../kubernetes/access";
import { readSettings } from "../../kubernetes/settings";

/** The API server's "no": its status code and the sentence of its Status object. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

export interface ApiCall {
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** A connection to one cluster. */
export interface KubernetesApi {
  /**
   * @param path from the root, such as `/api/v1/namespaces`
   * @throws ApiError for an answer of 400 and above; other errors when there is no answer
   */
  call(method: string, path: string, call?: ApiCall): Promise<unknown>;
}

/** How long the API server may take for one answer, in milliseconds: more than the longest webhook timeout, 30 s. */
const patience = 35_000;

/** What a question to the cluster brings; undefined when there is no cluster to ask, which other resources have to say about. */
export async function reachable<T>(ctx: Pick<Context, "log">, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    ctx.log("debug", `The cluster could not be asked: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The form of a list that has its objects' metadata alone, for `accept`. */
export const metadataList = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** The path under which the kinds of an API version are. */
export const rootOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** An answer; undefined where what was asked for is not there. */
export async function orGone<T>(answer: Promise<unknown>): Promise<T | undefined> {
  try {
    return (await answer) as T;
  } catch (error) {
    if (error instanceof ApiError && error.code === 404) return undefined;
    throw error;
  }
}

/** One connection for each kubeconfig: a handshake costs the API server more than most answers. */
const connections = new Map<string, Promise<{ access: Access; agent: Agent }>>();

async function connection(kubeconfig: string): Promise<{ access: Access; agent: Agent }> {
  const access = await accessOf({ ...readSettings({}, {}), kubeconfig });
  return { access, agent: new Agent({ keepAlive: true, ...access.tls }) };
}

/** Connects by a kubeconfig's current context. What is wrong with the kubeconfig, the first call tells. */
export function connect(kubeconfig: string): KubernetesApi {
  return {
    async call(method, path, { query = {}, body, contentType = "application/json", accept, signal } = {}) {
      const opened = connections.get(kubeconfig) ?? connection(kubeconfig);
      connections.set(kubeconfig, opened);
      opened.catch(() => connections.delete(kubeconfig));
      const { access, agent } = await opened;
      const url = new URL(path, access.server);
      for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
      const headers: Record<string, string> = { ...(await access.headers()), Accept: accept ?? "application/json" };
      const content = body === undefined ? undefined : JSON.stringify(body);
      if (content !== undefined) {
        headers["Content-Type"] = contentType;
        // Node says no length of a DELETE's body by itself, and what is not announced is taken for the next request.
        headers["Content-Length"] = String(Buffer.byteLength(content));
      }
      const options = { method, headers, signal, timeout: patience, agent: access.agent ?? agent };
      const { status, text } = await exchange(url, options, content);
      if (status >= 400)
        throw new ApiError(status, statusMessage(text) ?? `${method} ${url.pathname} was answered ${status}`);
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
  };
}

function exchange(url: URL, options: RequestOptions, content?: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (answer: IncomingMessage) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") }));
    });
    sent.on("timeout", () => sent.destroy(new Error(`${url.origin} did not answer within ${patience / 1000} s`)));
    sent.on("error", (error) => {
      // A connection that was kept had been closed meanwhile by a server that restarted: the request never reached it.
      if (sent.reusedSocket && "code" in error && /^(ECONNRESET|EPIPE)$/.test(String(error.code)))
        exchange(url, options, content).then(resolve, reject);
      else reject(error);
    });
    sent.end(content);
  });
}

function statusMessage(text: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) return undefined;
    const message: unknown = Reflect.get(answer, "message");
    return typeof message === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}
