import type { KubeClient } from "./client";
import { refusedError } from "./errors";
import { type KubeObject, rootOf } from "./object";

/** A kind of object as discovery reports it. */
interface ServedKind {
  /** The plural in paths, such as `configmaps`; a part of a kind has a slash, as in `pods/log`. */
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** The identity of an object: what its path is made of. */
export type ObjectName = Pick<KubeObject, "apiVersion" | "kind"> & {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
};

/** Finds the paths at which an API server serves objects, and remembers what it was told. */
export class Paths {
  readonly #found = new Map<string, Promise<readonly ServedKind[]>>();

  constructor(private readonly client: Pick<KubeClient, "request">) {}

  /** The path that lists a kind in all namespaces; undefined when the server does not serve the kind. */
  async list(apiVersion: string, kind: string): Promise<string | undefined> {
    const served = await this.#kind(apiVersion, kind);
    return served && `${rootOf(apiVersion)}/${served.name}`;
  }

  /** The path of one object; undefined when the server does not serve the kind. */
  async one({ apiVersion, kind, metadata }: ObjectName): Promise<string | undefined> {
    const served = await this.#kind(apiVersion, kind);
    if (!served) return undefined;
    const namespace = served.namespaced ? `/namespaces/${metadata.namespace ?? "default"}` : "";
    return `${rootOf(apiVersion)}${namespace}/${served.name}/${encodeURIComponent(metadata.name)}`;
  }

  async #kind(apiVersion: string, kind: string): Promise<ServedKind | undefined> {
    let found = this.#found.get(apiVersion);
    if (!found) {
      found = this.#discover(apiVersion);
      this.#found.set(apiVersion, found);
    }
    return (await found).find((served) => served.kind === kind && !served.name.includes("/"));
  }

  async #discover(apiVersion: string): Promise<readonly ServedKind[]> {
    const path = rootOf(apiVersion);
    const { status, body } = await this.client.request("GET", path);
    if (status === 404) return [];
    // If the answer were taken for "no such kind", all objects of the kind would be created anew.
    if (status !== 200) throw refusedError(status, path);
    return (body as { resources: ServedKind[] }).resources;
  }
}
