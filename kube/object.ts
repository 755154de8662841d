/** Kubernetes objects as plain data, and getters for what they hold. */

/** One owner's entry in `metadata.managedFields`. */
export interface ManagedFieldsEntry {
  readonly manager?: string;
  readonly operation?: string;
  readonly time?: string;
  readonly subresource?: string;
  readonly fieldsV1?: unknown;
}

/** A Kubernetes object of any kind. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly finalizers?: readonly string[];
    readonly ownerReferences?: readonly { readonly kind: string; readonly name?: string }[];
    readonly managedFields?: readonly ManagedFieldsEntry[];
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** A kind, and the API version it is asked for in: `apps/v1`, or `v1` for the core group. */
export type ApiKind = Pick<KubeObject, "apiVersion" | "kind">;

/** An object's kind and name: as much as its path needs. */
export interface ObjectReference extends ApiKind {
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** A step into an object: a property or an index. */
export type Step = string | number;

/** Whether the value is an object with properties: no list, no null. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path; `undefined` where the path leaves the object. */
export function at(value: unknown, ...path: Step[]): unknown {
  let here = value;
  for (const step of path) {
    if (typeof step === "number") here = Array.isArray(here) ? (here as unknown[])[step] : undefined;
    else here = isRecord(here) ? here[step] : undefined;
  }
  return here;
}

/** The text at a path; empty when there is none. */
export function textAt(value: unknown, ...path: Step[]): string {
  const found = at(value, ...path);
  return typeof found === "string" ? found : "";
}

/** The number at a path; `fallback` when there is none. */
export function numberAt(value: unknown, fallback: number, ...path: Step[]): number {
  const found = at(value, ...path);
  return typeof found === "number" ? found : fallback;
}

/** The list at a path; empty when there is none. */
export function listAt(value: unknown, ...path: Step[]): readonly unknown[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? (found as unknown[]) : [];
}

/** The object at a path; empty when there is none. */
export function mapAt(value: unknown, ...path: Step[]): Readonly<Record<string, unknown>> {
  const found = at(value, ...path);
  return isRecord(found) ? found : {};
}

export const nameOf = (object: unknown): string => textAt(object, "metadata", "name");
export const namespaceOf = (object: unknown): string => textAt(object, "metadata", "namespace");

/** The path under which the kinds of an API version lie: `/api/v1`, `/apis/apps/v1`. */
export const rootOf = (apiVersion: string): string =>
  apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** Whether the value has what every Kubernetes object has. */
export const isKubeObject = (value: unknown): value is KubeObject =>
  isRecord(value) && "apiVersion" in value && "kind" in value && "metadata" in value;

/** Identifies an object among all of a cluster's: `apps/v1/Deployment/NAMESPACE/NAME`. */
export const identity = ({ apiVersion, kind, metadata }: ObjectReference): string =>
  `${apiVersion}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`;

/** An object as people name it: `Deployment kserve/kserve-controller-manager`. */
export const displayName = ({ kind, metadata: { namespace, name } }: ObjectReference): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
