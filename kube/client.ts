/** The client of one API server. */
import type { IncomingMessage } from "node:http";
import { Connection, type RequestOptions } from "./connection";
import { ApiError } from "./errors";
import { readContext } from "./kubeconfig";
import { METADATA_LIST } from "./mediaTypes";
import { type KubeObject } from "./object";

export type { RequestOptions } from "./connection";

/** Sends requests to the API server of a kubeconfig's context. Connects with the first. */
export class KubeClient {
  /** The server's URL. */
  readonly server: string;
  /** The context's namespace, for objects that name none. */
  readonly namespace: string;
  readonly #connection: Connection;

  /**
   * @param kubeconfig - its content, or the path of its file; empty for the usual places
   * @param context - @default the current context
   * @throws KubeconfigError naming what is wrong with the kubeconfig
   */
  constructor(kubeconfig: string, context?: string) {
    const chosen = readContext(kubeconfig, context);
    this.namespace = chosen.namespace;
    this.#connection = new Connection(chosen);
    this.server = this.#connection.server.href.replace(/\/$/, "");
  }

  /**
   * Sends a request and reads the JSON of the answer.
   * @param path - from the server's root, as in `/api/v1/namespaces`
   * @returns `undefined` for an empty answer
   * @throws ApiError for an answer that is no success, UnreachableError when there is none
   */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<unknown> {
    const text = await this.text(method, path, options);
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  }

  /** As `request`, for an answer that is no JSON. */
  async text(method: string, path: string, options: RequestOptions = {}): Promise<string> {
    const { status, text } = await this.#connection.exchange(method, path, options);
    if (status < 200 || status > 299) throw ApiError.of(status, text, `${method} ${path}`);
    return text;
  }

  /** The objects at a collection's path. Their `apiVersion` and `kind` are left out, as in every list of the API. */
  async list(path: string, options: RequestOptions = {}): Promise<readonly KubeObject[]> {
    const { items } = (await this.request("GET", path, options)) as { items: readonly KubeObject[] | null };
    return items ?? [];
  }

  /** As `list`, with the objects' metadata alone. */
  listMetadata(path: string): Promise<readonly KubeObject[]> {
    return this.list(path, { accept: METADATA_LIST });
  }

  /** Opens a stream that stays open (a watch); the caller reads and ends it. */
  async stream(path: string, options: RequestOptions): Promise<IncomingMessage> {
    const answer = await this.#connection.stream(path, options);
    if (answer.statusCode === 200) return answer;
    const chunks: Buffer[] = [];
    for await (const chunk of answer) chunks.push(chunk as Buffer);
    throw ApiError.of(answer.statusCode ?? 0, Buffer.concat(chunks).toString("utf8"), `GET ${path}`);
  }

  /** Lets go of the connections. */
  close(): void {
    this.#connection.close();
  }
}

const shared = new Map<string, KubeClient>();

/** One client for each kubeconfig, kept for the life of the process: a handshake costs the API server more than most answers. */
export function sharedClient(kubeconfig: string): KubeClient {
  const client = shared.get(kubeconfig) ?? new KubeClient(kubeconfig);
  shared.set(kubeconfig, client);
  return client;
}
