/** The verbs of the Kubernetes API on objects of any kind. */
import type { KubeClient, RequestOptions } from "./client";
import { Discovery } from "./discovery";
import { isNotFound, isOtherUid, undefinedIfNotFound } from "./errors";
import { APPLY_PATCH } from "./mediaTypes";
import type { ApiKind, KubeObject, ObjectReference } from "./object";

/** How to apply an object server-side. */
export interface ApplyOptions extends Pick<RequestOptions, "signal" | "retryBusy"> {
  /** The field manager. */
  readonly manager: string;
  /** Whether to take fields that other managers hold. @default true */
  readonly force?: boolean;
  /** Whether only to ask what the object would become. @default false */
  readonly dryRun?: boolean;
}

/** How to delete an object. */
export interface DeleteOptions extends Pick<RequestOptions, "signal"> {
  /** The uid of the object that is meant: another of its name is left alone. @default whichever has the name */
  readonly uid?: string;
  /** What to do with what the object owns. @default the kind's own policy */
  readonly propagationPolicy?: "Foreground" | "Background" | "Orphan";
}

/** Reads and writes objects of one cluster. */
export class KubeObjects {
  readonly discovery: Discovery;

  constructor(readonly client: KubeClient) {
    this.discovery = new Discovery(client);
  }

  /** The live object; `undefined` when it does not exist, or its kind is not served. */
  async find(object: ObjectReference): Promise<KubeObject | undefined> {
    const path = await this.discovery.findPath(object);
    return path === undefined ? undefined : undefinedIfNotFound<KubeObject>(this.client.request("GET", path));
  }

  /** Every object of a kind, over all namespaces; none when the kind is not served. */
  async list(kind: ApiKind, options: RequestOptions = {}): Promise<readonly KubeObject[]> {
    const path = await this.discovery.listPath(kind);
    if (path === undefined) return [];
    // The kind may be gone between the discovery and the list.
    const items = await this.client.list(path, options).catch((error: unknown) => {
      if (isNotFound(error)) return [];
      throw error;
    });
    const { apiVersion, kind: name } = kind;
    return items.map((item) => ({ ...item, apiVersion, kind: name }));
  }

  /** Applies an object server-side. @throws ApiError, NoSuchKindError */
  async apply(object: ObjectReference, options: ApplyOptions): Promise<KubeObject> {
    return apply(this.client, await this.discovery.path(object), object, options);
  }

  /**
   * Changes an object by a patch.
   * @param contentType - the patch's media type
   */
  async patch(
    object: ObjectReference,
    patch: unknown,
    contentType: string,
    query: RequestOptions["query"] = {},
  ): Promise<KubeObject> {
    const path = await this.discovery.path(object);
    return (await this.client.request("PATCH", path, { body: patch, contentType, query })) as KubeObject;
  }

  /** Asks for an object's deletion; see `remove`. */
  async delete(object: ObjectReference, options: DeleteOptions = {}): Promise<void> {
    const path = await this.discovery.findPath(object);
    if (path !== undefined) await remove(this.client, path, options);
  }
}

/** Applies an object, given with its path, server-side. */
export async function apply(
  client: KubeClient,
  path: string,
  object: unknown,
  { manager, force = true, dryRun = false, ...options }: ApplyOptions,
): Promise<KubeObject> {
  const query = { fieldManager: manager, force: String(force), dryRun: dryRun ? "All" : undefined };
  return (await client.request("PATCH", path, {
    ...options,
    query,
    body: object,
    contentType: APPLY_PATCH,
  })) as KubeObject;
}

/**
 * Asks for the deletion of the object at a path; it may live on until its finalizers are done. Nothing happens when the object is gone,
 * or when another one has taken its name.
 */
export async function remove(
  client: KubeClient,
  path: string,
  { uid, propagationPolicy, signal }: DeleteOptions = {},
): Promise<void> {
  const body = {
    apiVersion: "v1",
    kind: "DeleteOptions",
    ...(propagationPolicy && { propagationPolicy }),
    ...(uid !== undefined && { preconditions: { uid } }),
  };
  try {
    await client.request("DELETE", path, { body, signal });
  } catch (error) {
    if (!isNotFound(error) && !isOtherUid(error)) throw error;
  }
}
