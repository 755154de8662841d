import { changes, differences, type Difference } from "./compare";
import type { Declared } from "./declared";
import type { KubeObject } from "../kube/object";
import { declaresOutside } from "../kube/fieldSets";
import { bare, comparable, fieldsOf, hasFields } from "./object";
import { isOurs, ownerAt, foreignFields, type Owner, type ForeignField } from "./owners";
import { touches } from "../kube/pointer";

/** One way in which the cluster departs from what is declared. */
export interface Drift {
  readonly urn: string;
  readonly object: KubeObject;
  /**
   * `deleted`: gone, or about to be. `changed`: another value. `added`: a field that is not declared, set by somebody else.
   * `re-owned`: somebody else's now, or claimed by somebody else.
   */
  readonly change: "deleted" | "changed" | "added" | "re-owned";
  /** JSON pointer of the field in the live object; empty for the whole object. */
  readonly path: string;
  readonly declared?: unknown;
  readonly live?: unknown;
  /** What happened to the object as a whole, in words. */
  readonly detail?: string;
  readonly owner?: Owner;
  /** Whether the values are secret. */
  readonly isSecret: boolean;
}

/** Whether a live object is as declared for certain, so that nothing more has to be asked. */
export function isAsDeclared(one: Declared, live: KubeObject): boolean {
  const object = comparable(one.object);
  if (differences(object, live).length > 0 || isReplaced(one, live)) return false;
  if (one.isPatch) return true;
  return !hasLost(one, live, object) && foreignFields(one, live, object).length === 0;
}

/**
 * The drifts of one object.
 * @param live - the object in the cluster, if it is there
 * @param applied - what the API server says applying the declared object would make of it; absent where it refuses to
 */
export function judge(one: Declared, live: KubeObject | undefined, applied?: KubeObject): Drift[] {
  const { urn } = one;
  const object = comparable(one.object);
  const base = { urn, object: one.object, isSecret: false };
  if (live === undefined) return [{ ...base, change: "deleted", path: "" }];
  const { deletionTimestamp, finalizers } = live.metadata;
  if (deletionTimestamp !== undefined) {
    const waits = Array.isArray(finalizers) ? finalizers.join(", ") : "";
    const detail = `is being deleted since ${deletionTimestamp}${waits === "" ? "" : ` and waits for ${waits}`}`;
    return [{ ...base, change: "deleted", path: "/metadata/deletionTimestamp", detail }];
  }
  const isHidden = (path: string) =>
    [...one.secrets].some((secret) => path === secret || path.startsWith(`${secret}/`));
  const changed = (applied ? changes(bare(applied), bare(live)) : differences(object, live)).map(
    ({ path, ...values }: Difference): Drift => {
      const owner = ownerAt(path, one, live);
      const change = values.declared === undefined ? "added" : "changed";
      return { ...base, change, path, ...values, isSecret: isHidden(path), ...(owner && { owner }) };
    },
  );
  if (one.isPatch) return changed;
  const fields = foreignFields(one, live, object).filter(
    ({ path }) => !changed.some((drift) => touches(drift.path, path)),
  );
  const added = fields
    .filter(({ isDeclared }) => !isDeclared)
    .map(({ path, value, owner }): Drift => ({
      ...{ ...base, change: "added", path, live: value, isSecret: isHidden(path), ...(owner && { owner }) },
    }));
  return [
    ...takenOver(
      one,
      live,
      object,
      base,
      fields.filter(({ isDeclared }) => isDeclared),
    ),
    ...[...changed, ...added].map((drift): Drift => (isClaim(drift.path) ? { ...drift, change: "re-owned" } : drift)),
  ];
}

/** The drifts that say to whom the object belongs by now. */
function takenOver(
  one: Declared,
  live: KubeObject,
  object: KubeObject,
  base: Pick<Drift, "urn" | "object" | "isSecret">,
  coHeld: readonly ForeignField[],
): Drift[] {
  if (isReplaced(one, live)) {
    const owner = ownerAt("", one, live);
    const detail = `was deleted and made anew at ${String(live.metadata["creationTimestamp"])}`;
    return [{ ...base, change: "re-owned", path: "", detail, ...(owner && { owner }) }];
  }
  const ours = (live.metadata.managedFields ?? []).some((entry) => isOurs(one, entry));
  if (!ours && hasFields(object)) {
    const owner = ownerAt("", one, live);
    return [
      { ...base, change: "re-owned", path: "", detail: "is no longer held by this stack", ...(owner && { owner }) },
    ];
  }
  return [...Map.groupBy(coHeld, ({ owner }) => owner?.manager).values()].map((held): Drift => {
    const [first] = held;
    const path = held.length === 1 && first ? first.path : "";
    const detail = `has ${held.length} declared ${held.length === 1 ? "field" : "fields"} that another holds as well`;
    return { ...base, change: "re-owned", path, detail, ...(first?.owner && { owner: first.owner }) };
  });
}

/** Whether the object is another one than the stack made. */
const isReplaced = (one: Declared, live: KubeObject): boolean =>
  one.uid !== undefined && !one.isPatch && live.metadata["uid"] !== one.uid;

/** Whether the stack no longer holds every field that it declares. */
function hasLost(one: Declared, live: KubeObject, object: KubeObject): boolean {
  const ours = (live.metadata.managedFields ?? []).find((entry) => isOurs(one, entry));
  return hasFields(object) && declaresOutside(ours?.fieldsV1, fieldsOf(object));
}

/** Fields by which an object says whose it is: to the garbage collector, or to the tools that manage objects. */
const claims = [
  /^\/metadata\/ownerReferences(\/|$)/,
  /^\/metadata\/labels\/(app\.kubernetes\.io~1managed-by|applyset\.kubernetes\.io~1part-of|.*toolkit\.fluxcd\.io~1.*)$/,
  /^\/metadata\/annotations\/(meta\.helm\.sh~1.*|argocd\.argoproj\.io~1tracking-id|config\.k8s\.io~1owning-inventory|kubectl\.kubernetes\.io~1last-applied-configuration)$/,
];

const isClaim = (path: string): boolean => claims.some((claim) => claim.test(path));
