import { readFileSync } from "node:fs";
import https from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { rootOf, type KubeObject } from "../kube/object";
import { UserError } from "../engine/errors";
import { readAccess } from "./access";

/** A cluster's API server, as much of it as drift needs. */
export interface ClusterApi {
  /**
   * @param body - an object to send as JSON; a string is sent as it is
   * @param accept - the form wanted. Default: JSON
   * @returns the status and the decoded answer
   */
  request(
    method: string,
    path: string,
    body?: unknown,
    contentType?: string,
    accept?: string,
  ): Promise<{ status: number; body: unknown }>;
  /** Lets go of the connections. */
  close(): void;
}

/** What to say when the API server answers, but not with what it was asked for. */
export const refused = (status: number, path: string): UserError =>
  new UserError(`The cluster answers ${status} to ${path}; the kubeconfig must be an administrator's.`);

/** No answer at all: the node is stopped, or the cluster is gone. */
export class UnreachableError extends UserError {}

/**
 * Connects to the cluster of a kubeconfig.
 * @param kubeconfig - its text, or the path of its file
 * @param context - the context to use instead of the current one
 */
export async function connect(kubeconfig: string, context?: string): Promise<ClusterApi> {
  const text =
    kubeconfig.includes("\n") || kubeconfig.trimStart().startsWith("{") ? kubeconfig : readFileSync(kubeconfig, "utf8");
  const { server, options, headers } = await readAccess(text, context);
  const agent = new https.Agent({ keepAlive: true, maxSockets: 8, ...options });
  const send: Send = (method, path, body, contentType, accept) =>
    new Promise((resolve, reject) => {
      const request = https.request(
        new URL(path, server),
        { ...options, method, agent, headers, timeout: PATIENCE_MS },
        (response) => {
          const chunks: Buffer[] = [];
          response.on("data", (chunk: Buffer) => chunks.push(chunk));
          response.on("error", reject);
          response.on("end", () => {
            const answer = decode(Buffer.concat(chunks).toString("utf8"));
            const { statusCode: status = 0, headers } = response;
            resolve({ status, body: answer, retryAfter: Number(headers["retry-after"] ?? 0) });
          });
        },
      );
      request.on("timeout", () =>
        request.destroy(new Error(`no answer to ${method} ${path} within ${PATIENCE_MS / 1000} s`)),
      );
      request.on("error", (error) =>
        reject(
          new UnreachableError(
            `The cluster at ${server} does not answer (${error.message}): npm run up brings a local node back, another cluster must be reachable.`,
          ),
        ),
      );
      request.setHeader("accept", accept);
      if (body === undefined) return void request.end();
      const text = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      request.setHeader("content-type", contentType);
      // Node says no length of a DELETE's body by itself, and what is not announced is taken for the next request.
      request.setHeader("content-length", text.length);
      request.end(text);
    });
  return {
    async request(method, path, body, contentType = "application/json", accept = "application/json") {
      for (let attempt = 1; ; attempt++) {
        const answer = await send(method, path, body, contentType, accept);
        const isBusy = [429, 503].includes(answer.status) && answer.retryAfter > 0;
        if (!isBusy || attempt === ATTEMPTS) return answer;
        await pause(Math.min(answer.retryAfter, 5) * 1000);
      }
    },
    close: () => agent.destroy(),
  };
}

/** How long an API server may be silent: one that is busy learning kinds takes its time. */
const PATIENCE_MS = 60_000;

/** How often to ask an API server that asks to come back later: it is busy, starting, or just learning a kind. */
const ATTEMPTS = 10;

type Send = (
  method: string,
  path: string,
  body: unknown,
  contentType: string,
  accept: string,
) => Promise<{ status: number; body: unknown; retryAfter: number }>;

function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A kind of resource as discovery tells of it. */
interface ResourceInfo {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Finds where the API server serves objects. */
export class Paths {
  readonly #found = new Map<string, Promise<readonly ResourceInfo[]>>();
  constructor(private readonly api: ClusterApi) {}

  /** The path that lists a kind, over all namespaces; undefined when the server does not know the kind. */
  async list(apiVersion: string, kind: string): Promise<string | undefined> {
    const info = await this.#info(apiVersion, kind);
    return info && `${rootOf(apiVersion)}/${info.name}`;
  }

  /** The path of one object; undefined when the server does not know the kind. */
  async one(object: KubeObject): Promise<string | undefined> {
    const info = await this.#info(object.apiVersion, object.kind);
    if (!info) return undefined;
    const { name, namespace = "default" } = object.metadata;
    return `${rootOf(object.apiVersion)}${info.namespaced ? `/namespaces/${namespace}` : ""}/${info.name}/${encodeURIComponent(name)}`;
  }

  async #info(apiVersion: string, kind: string): Promise<ResourceInfo | undefined> {
    let found = this.#found.get(apiVersion);
    if (!found) {
      found = this.#discover(apiVersion);
      this.#found.set(apiVersion, found);
    }
    return (await found).find((info) => info.kind === kind && !info.name.includes("/"));
  }

  async #discover(apiVersion: string): Promise<readonly ResourceInfo[]> {
    const path = rootOf(apiVersion);
    const { status, body } = await this.api.request("GET", path);
    if (status === 404) return [];
    // Taken for a kind that is not there, all its objects would be made anew.
    if (status !== 200) throw refused(status, path);
    return (body as { resources: ResourceInfo[] }).resources;
  }
}
