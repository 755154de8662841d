/** The verbs of the Kubernetes API on plain objects. */
import { type PropertyMap } from "../base";
import { isNotFound } from "./apiError";
import { APPLY_PATCH, JSON_PATCH, type KubeClient } from "./client";
import { type Discovery } from "./discovery";

/** What the writing verbs have in common. */
export interface WriteOptions {
  manager: string;
  dryRun?: boolean;
  signal?: AbortSignal;
  onWarning?: (text: string) => void;
}

/** Reads and writes objects of any kind. */
export class Resources {
  constructor(
    readonly client: KubeClient,
    readonly discovery: Discovery,
  ) {}

  /** The live object. Throws ApiError 404 when there is none. */
  async get(object: PropertyMap, signal?: AbortSignal): Promise<PropertyMap> {
    return this.client.request({ path: await this.discovery.pathOf(object, signal), signal });
  }

  /** The live object, or `undefined` when there is none. */
  async find(object: PropertyMap, signal?: AbortSignal): Promise<PropertyMap | undefined> {
    return this.get(object, signal).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
  }

  /** Makes a new object; fails when there is one of that name. */
  async create(object: PropertyMap, options: WriteOptions): Promise<PropertyMap> {
    const path = await this.discovery.collectionOf(object, options.signal);
    return this.client.request({ method: "POST", path, query: query(options), body: object, ...rest(options) });
  }

  /** Server-side apply: makes the object, or changes the fields it speaks of. */
  async apply(object: PropertyMap, options: WriteOptions & { force: boolean }): Promise<PropertyMap> {
    return this.client.request({
      method: "PATCH",
      path: await this.discovery.pathOf(object, options.signal),
      query: { ...query(options), force: String(options.force) },
      body: object,
      contentType: APPLY_PATCH,
      ...rest(options),
    });
  }

  /** Writes the whole object over the one that is there. */
  async replace(object: PropertyMap, options: WriteOptions): Promise<PropertyMap> {
    const path = await this.discovery.pathOf(object, options.signal);
    return this.client.request({ method: "PUT", path, query: query(options), body: object, ...rest(options) });
  }

  /** Changes an object by a JSON patch. */
  async patch(object: PropertyMap, operations: PropertyMap[], signal?: AbortSignal): Promise<PropertyMap> {
    const path = await this.discovery.pathOf(object, signal);
    return this.client.request({ method: "PATCH", path, body: operations, contentType: JSON_PATCH, signal });
  }

  /** Asks for the object's deletion; it may live on until its finalizers are done. */
  async remove(object: PropertyMap, propagationPolicy: string, signal?: AbortSignal): Promise<PropertyMap> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", propagationPolicy };
    return this.client.request({ method: "DELETE", path: await this.discovery.pathOf(object, signal), body, signal });
  }

  /** The last lines of a container's log; empty when there is none to be had. */
  async logs(namespace: string, pod: string, container: string, previous: boolean, lines: number): Promise<string> {
    return this.client
      .text({
        path: `/api/v1/namespaces/${namespace}/pods/${pod}/log`,
        query: { container, previous: String(previous), tailLines: String(lines) },
        signal: AbortSignal.timeout(5_000),
      })
      .catch(() => "");
  }
}

function query(options: WriteOptions): Record<string, string | undefined> {
  return {
    fieldManager: options.manager,
    fieldValidation: "Warn",
    dryRun: options.dryRun === true ? "All" : undefined,
  };
}

function rest(options: WriteOptions): Pick<WriteOptions, "signal" | "onWarning"> {
  return { signal: options.signal, onWarning: options.onWarning };
}
