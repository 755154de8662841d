import { differences } from "./compare";
import type { KubeObject } from "../kube/object";

/** The object in the form that the API server keeps, without what is never a field of anybody's. */
export function comparable(object: KubeObject): KubeObject {
  const { stringData, ...rest } = object;
  if (object.kind !== "Secret" || stringData === undefined) return object;
  const encoded = Object.entries(stringData as Record<string, string>).map(([name, text]): [string, string] => [
    name,
    Buffer.from(text).toString("base64"),
  ]);
  return { ...rest, data: { ...(object["data"] ?? {}), ...Object.fromEntries(encoded) } };
}

/** What an object says besides what it is called. */
export function fieldsOf({
  apiVersion: _version,
  kind: _kind,
  metadata,
  ...rest
}: KubeObject): Record<string, unknown> {
  const { name: _name, namespace: _namespace, ...more } = metadata;
  return { ...rest, ...(Object.keys(more).length > 0 ? { metadata: more } : {}) };
}

/** Whether an object says anything besides what it is called. */
export const hasFields = (object: KubeObject): boolean => differences(fieldsOf(object), {}).length > 0;

/** What the API server itself counts and writes. */
const servers = ["managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "selfLink"];

/** An object without its status and what the API server itself counts and writes. */
export function bare({ status: _status, ...object }: KubeObject): Record<string, unknown> {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => !servers.includes(key)));
  return { ...object, metadata };
}
