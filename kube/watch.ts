import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import type { KubeClient } from "./client";
import { KubeError } from "./errors";
import { type Fields, isMap, listAt, nameOf, numberAt, textAt } from "./object";

/** Which objects of a collection to follow. */
export interface Selection {
  /** The collection's path, such as `/api/v1/namespaces/demo/pods`. */
  readonly path: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

const RETRY_MS = 1_000;

/**
 * Follows a collection: calls back with the whole selection at first and after every change, until the signal aborts. A lost
 * connection is opened again.
 *
 * @throws KubeError when the server refuses the list (401, 403, 404).
 */
export async function follow(
  client: KubeClient,
  { path, ...selectors }: Selection,
  signal: AbortSignal,
  onChange: (objects: Fields[]) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const list = await client.call("GET", path, { query: selectors, signal });
      const objects = new Map<string, Fields>();
      for (const item of listAt(list, "items")) if (isMap(item)) objects.set(nameOf(item), withKind(item, list));
      onChange([...objects.values()]);
      let version = textAt(list, "metadata", "resourceVersion");
      while (!signal.aborted) {
        const query = { ...selectors, watch: "true", resourceVersion: version, allowWatchBookmarks: "true" };
        const stream = await client.stream(path, { query, signal });
        // Destroying the stream frees its connection even when nothing more would come.
        const stop = (): void => void stream.destroy();
        signal.addEventListener("abort", stop, { once: true });
        try {
          for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
            version = applyEvent(line, objects, onChange) ?? version;
          }
        } finally {
          signal.removeEventListener("abort", stop);
          stop();
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof KubeError && [401, 403, 404].includes(error.status)) throw error;
      await pause(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** Items of a list leave out the version and kind, which are the same for all. */
function withKind(item: Fields, list: unknown): Fields {
  return { apiVersion: textAt(list, "apiVersion"), kind: textAt(list, "kind").replace(/List$/, ""), ...item };
}

/** Applies one event of a watch; returns the version from which to go on. */
function applyEvent(
  line: string,
  objects: Map<string, Fields>,
  onChange: (objects: Fields[]) => void,
): string | undefined {
  if (line === "") return undefined;
  const event = JSON.parse(line) as { type: string; object: unknown };
  if (!isMap(event.object)) return undefined;
  if (event.type === "ERROR")
    throw new KubeError(
      numberAt(event.object, 500, "code"),
      textAt(event.object, "reason"),
      textAt(event.object, "message"),
    );
  if (event.type === "DELETED") objects.delete(nameOf(event.object));
  else if (event.type !== "BOOKMARK") objects.set(nameOf(event.object), event.object);
  if (event.type !== "BOOKMARK") onChange([...objects.values()]);
  return textAt(event.object, "metadata", "resourceVersion") || undefined;
}
