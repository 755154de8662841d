/** A collection, followed as it changes. */
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeClient } from "./client";
import { ApiError } from "./errors";
import { isRecord, nameOf, namespaceOf, numberAt, textAt, type KubeObject } from "./object";

const RETRY_MS = 1_000;

/**
 * Lists a collection, then watches it. Calls back with all its objects at first and after every change, until the signal aborts. Lists anew
 * when the connection is lost.
 * @param path - the collection's, as in `/api/v1/namespaces/demo/pods`
 * @throws ApiError when the server refuses the list (401, 403, 404)
 */
export async function follow(
  client: KubeClient,
  path: string,
  signal: AbortSignal,
  onChange: (objects: readonly KubeObject[]) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const list = await client.request("GET", path, { signal });
      const { items } = list as { items: readonly KubeObject[] | null };
      const objects = new Map((items ?? []).map((item) => [keyOf(item), item]));
      onChange([...objects.values()]);
      let version = textAt(list, "metadata", "resourceVersion");
      while (!signal.aborted) version = await watchOnce(client, path, version, signal, objects, onChange);
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && [401, 403, 404].includes(error.status)) throw error;
      await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

const keyOf = (object: unknown): string => `${namespaceOf(object)}/${nameOf(object)}`;

/** Follows one watch to its end; returns the version that the next one starts from. */
async function watchOnce(
  client: KubeClient,
  path: string,
  from: string,
  signal: AbortSignal,
  objects: Map<string, KubeObject>,
  onChange: (objects: readonly KubeObject[]) => void,
): Promise<string> {
  let version = from;
  const query = { watch: "true", resourceVersion: version, allowWatchBookmarks: "true" };
  const stream = await client.stream(path, { query, signal });
  // Destroying the stream at the end frees its connection even when nothing more would come.
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (line === "") continue;
      const { type, object } = JSON.parse(line) as { type: string; object: unknown };
      if (!isRecord(object)) continue;
      if (type === "ERROR")
        throw new ApiError(numberAt(object, 500, "code"), textAt(object, "reason"), textAt(object, "message"));
      version = textAt(object, "metadata", "resourceVersion") || version;
      if (type === "BOOKMARK") continue;
      if (type === "DELETED") objects.delete(keyOf(object));
      else objects.set(keyOf(object), object as KubeObject);
      onChange([...objects.values()]);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
  return version;
}
