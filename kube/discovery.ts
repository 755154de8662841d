/** Which kinds an API server serves, and at which paths. */
import type { KubeClient } from "./client";
import { NoSuchKindError, undefinedIfNotFound } from "./errors";
import { rootOf, type ApiKind, type ObjectReference } from "./object";

/** A kind as the API server serves it. */
export interface ServedKind {
  readonly kind: string;
  /** Its name in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
}

/** The kinds of an API version, asked of the server now; empty when it does not serve that version. */
export async function servedKinds(client: KubeClient, apiVersion: string): Promise<readonly ServedKind[]> {
  const found = await undefinedIfNotFound<{ resources: { name: string; kind: string; namespaced: boolean }[] }>(
    client.request("GET", rootOf(apiVersion)),
  );
  return (found?.resources ?? [])
    .filter(({ name }) => !name.includes("/")) // `pods/log` and the like are parts of a kind
    .map(({ name, kind, namespaced }) => ({ kind, plural: name, namespaced }));
}

/** The versions of a group that the server serves, the preferred one first, as in `kserve.io/v1beta1`. */
export async function servedVersions(client: KubeClient, group: string): Promise<readonly string[]> {
  const found = await undefinedIfNotFound<{ versions: { groupVersion: string }[] }>(
    client.request("GET", `/apis/${group}`),
  );
  return (found?.versions ?? []).map(({ groupVersion }) => groupVersion);
}

/** Finds kinds and paths, and remembers what the server serves. What it does not serve is asked for anew each time. */
export class Discovery {
  readonly #asked = new Map<string, Promise<readonly ServedKind[]>>();

  constructor(private readonly client: KubeClient) {}

  /** How a kind is served; `undefined` when it is not. */
  async find({ apiVersion, kind }: ApiKind): Promise<ServedKind | undefined> {
    const isIt = (served: ServedKind) => served.kind === kind;
    const before = this.#asked.get(apiVersion);
    const known = (await before?.catch(() => undefined))?.find(isIt);
    if (known !== undefined) return known;
    // Several ask at once; one answer serves them, unless it is the one that lacks the kind.
    let asked = this.#asked.get(apiVersion);
    if (asked === undefined || asked === before) {
      asked = servedKinds(this.client, apiVersion);
      this.#asked.set(apiVersion, asked);
    }
    return (await asked).find(isIt);
  }

  /** The path that lists a kind over all namespaces; `undefined` when the kind is not served. */
  async listPath({ apiVersion, kind }: ApiKind): Promise<string | undefined> {
    const served = await this.find({ apiVersion, kind });
    return served && `${rootOf(apiVersion)}/${served.plural}`;
  }

  /** The path of an object; `undefined` when its kind is not served. */
  async findPath(object: ObjectReference): Promise<string | undefined> {
    const served = await this.find(object);
    if (served === undefined) return undefined;
    const { name, namespace = this.client.namespace } = object.metadata;
    return objectPath({ root: rootOf(object.apiVersion), plural: served.plural }, name, served.namespaced && namespace);
  }

  /** As `findPath`. @throws NoSuchKindError when the kind is not served */
  async path(object: ObjectReference): Promise<string> {
    const path = await this.findPath(object);
    if (path === undefined) throw new NoSuchKindError(object.apiVersion, object.kind);
    return path;
  }
}

/** The path of an object below a collection. @param namespace - empty or false for an object without one */
export function objectPath(
  { root, plural }: { readonly root: string; readonly plural: string },
  name: string,
  namespace: string | false = "",
): string {
  return `${root}${namespace ? `/namespaces/${namespace}` : ""}/${plural}/${encodeURIComponent(name)}`;
}
