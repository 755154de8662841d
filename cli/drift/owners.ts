import { escape, type ManagedFieldsEntry } from "./declared";

/** Who wrote a field last, and when. */
export interface Owner {
  readonly manager: string;
  readonly time: string | undefined;
}

/** A field that an owner holds, found in the live object. */
export interface OwnedField {
  /** JSON pointer into the live object. */
  readonly path: string;
  readonly value: unknown;
  readonly owner: Owner;
}

/**
 * Field managers that write to objects as part of the cluster's and the platform's work: what they add is not drift. The
 * name is what each calls itself in `managedFields`.
 */
const controllers: readonly RegExp[] = [
  /^kube-(controller-manager|scheduler|apiserver|proxy)$/,
  /^[a-z-]+-controller$/, // those of kube-controller-manager that act under their own name
  /^kubelet$/,
  /^kubeadm$/,
  /^coredns$/,
  /^cert-manager/, // controller, cainjector, webhook
  /^(cainjector|controller|webhook|activator|autoscaler|manager|queue)$/, // Knative, KServe and cert-manager by their program's name
  /^(kserve|knative|training-operator|local-path-provisioner|kfserving)/,
  /^Go-http-client$/, // controllers that give themselves no name
];

/** Whether a field manager is a controller, whose additions are its work. */
export const isController = (manager: string): boolean => controllers.some((pattern) => pattern.test(manager));

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * The leaf fields that one entry of `managedFields` holds, as they are in the live object.
 * @param live - the object, or a part of it
 * @param fields - the entry's `fieldsV1`, or the part for `live`
 */
export function ownedFields(live: unknown, entry: ManagedFieldsEntry): OwnedField[] {
  const owner = { manager: entry.manager ?? "unknown", time: entry.time };
  return walk(live, entry.fieldsV1, "").map(({ path, value }) => ({ path, value, owner }));
}

function walk(live: unknown, fields: unknown, path: string): { path: string; value: unknown }[] {
  if (!isRecord(fields) || live === undefined) return [];
  const inner = Object.entries(fields).filter(([key]) => key !== ".");
  if (inner.length === 0) return [{ path, value: live }];
  return inner.flatMap(([key, below]) => {
    const step = locate(live, key);
    return step === undefined ? [] : walk(step.value, below, `${path}/${escape(step.key)}`);
  });
}

/** Follows one step of a `fieldsV1`: `f:NAME` a field, `k:{…}` the item with those keys, `v:…` the item of that value. */
function locate(live: unknown, step: string): { key: string; value: unknown } | undefined {
  const name = step.slice(2);
  if (step.startsWith("f:") && isRecord(live)) return name in live ? { key: name, value: live[name] } : undefined;
  if (!Array.isArray(live)) return undefined;
  const wanted: unknown = step.startsWith("i:") ? Number(name) : JSON.parse(name);
  const index = live.findIndex((item, at) => {
    if (step.startsWith("i:")) return at === wanted;
    if (step.startsWith("v:")) return JSON.stringify(item) === JSON.stringify(wanted);
    return isRecord(item) && isRecord(wanted) && Object.entries(wanted).every(([key, value]) => item[key] === value);
  });
  return index === -1 ? undefined : { key: String(index), value: live[index] };
}

/** Who holds the field at `path`, or the nearest field above or below it; the latest when there are several. */
export function ownerOf(path: string, live: unknown, entries: readonly ManagedFieldsEntry[]): Owner | undefined {
  const near = entries
    .flatMap((entry) => ownedFields(live, entry))
    .filter((field) => field.path === path || field.path.startsWith(`${path}/`) || path.startsWith(`${field.path}/`));
  return near.sort((a, b) => (b.owner.time ?? "").localeCompare(a.owner.time ?? ""))[0]?.owner;
}
