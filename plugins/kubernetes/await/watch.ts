/** A collection, followed as it changes: a list, then a watch from there, for as long as it takes. */
import { createInterface } from "node:readline";
import { ApiError } from "../apiError";
import { type KubeClient, pause } from "../client";
import { isMap, type PropertyMap, type Value } from "../../base";
import { listAt, nameOf, numberAt, textAt } from "../object";

/** Which objects of a collection. */
export interface Selection {
  /** The collection's path, such as `/api/v1/namespaces/demo/pods`. */
  path: string;
  fieldSelector?: string;
  labelSelector?: string;
}

const RETRY_MS = 1_000;

/**
 * Calls back with the whole selection at first and after every change, until the signal aborts.
 * Never rejects for a lost connection: it lists anew. Rejects when the server refuses the list (403, 404).
 */
export async function follow(
  client: KubeClient,
  selection: Selection,
  signal: AbortSignal,
  onChange: (objects: PropertyMap[]) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const objects = new Map<string, PropertyMap>();
      const list = await client.request({ path: selection.path, query: selectors(selection), signal });
      for (const item of listAt(list, "items")) if (isMap(item)) objects.set(nameOf(item), withKind(item, list));
      onChange([...objects.values()]);
      let version = textAt(list, "metadata", "resourceVersion");
      while (!signal.aborted) {
        version = await watchOnce(client, selection, version, signal, objects, onChange);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && [401, 403, 404].includes(error.code)) throw error;
      await pause(RETRY_MS, signal).catch(() => undefined);
    }
  }
}

function selectors(selection: Selection): Record<string, string | undefined> {
  return { fieldSelector: selection.fieldSelector, labelSelector: selection.labelSelector };
}

/** Items of a list leave out what is the same for all. */
function withKind(item: PropertyMap, list: PropertyMap): PropertyMap {
  const kind = textAt(list, "kind").replace(/List$/, "");
  return { apiVersion: list["apiVersion"] ?? null, kind, ...item };
}

/** Follows one watch to its end; returns the version the next one goes on from. */
async function watchOnce(
  client: KubeClient,
  selection: Selection,
  from: string,
  signal: AbortSignal,
  objects: Map<string, PropertyMap>,
  onChange: (objects: PropertyMap[]) => void,
): Promise<string> {
  let version = from;
  const stream = await client.stream({
    path: selection.path,
    query: { ...selectors(selection), watch: "true", resourceVersion: version, allowWatchBookmarks: "true" },
    signal,
  });
  // Destroying the stream at the end frees its connection even when nothing more would come.
  const stop = (): void => void stream.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      if (line === "") continue;
      const event = JSON.parse(line) as { type: string; object: Value };
      if (!isMap(event.object)) continue;
      if (event.type === "ERROR") {
        throw new ApiError(numberAt(event.object, 500, "code"), "", textAt(event.object, "message"), {});
      }
      version = textAt(event.object, "metadata", "resourceVersion") || version;
      if (event.type === "BOOKMARK") continue;
      if (event.type === "DELETED") objects.delete(nameOf(event.object));
      else objects.set(nameOf(event.object), event.object);
      onChange([...objects.values()]);
    }
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
  }
  return version;
}
