import { isController, isControllersWork } from "./controllers";
import type { Declared } from "./declared";
import type { KubeObject, ManagedFieldsEntry } from "../kube/object";
import { changes } from "./compare";
import { heldFields, type HeldField } from "../kube/fieldSets";
import { bare } from "./object";
import { touches } from "../kube/pointer";

/** Who wrote a field last, and when. */
export interface Owner {
  readonly manager: string;
  readonly time: string | undefined;
}

/** A field that somebody who is neither this stack nor a controller at its work holds. */
export interface ForeignField extends HeldField {
  /** Undefined where the API server keeps no record. */
  readonly owner?: Owner;
}

/** Whether the stack itself wrote the entry: it applies, under a name of each resource's own. */
export function isOurs(one: Declared, { manager, operation, subresource }: ManagedFieldsEntry): boolean {
  return operation === "Apply" && manager !== undefined && !subresource && one.managers.has(manager);
}

/**
 * Whether a field that an entry holds is nothing to the stack: the status, what controllers write, and what they had set to the declared value
 * before it was declared.
 */
export function isIgnored(
  { manager = "", operation }: ManagedFieldsEntry,
  object: KubeObject,
  field: HeldField,
): boolean {
  if (field.path === "" || /^\/status(\/|$)/.test(field.path)) return true;
  // The API server's own, whoever's a write that tried to change them is noted as.
  if (object.kind === "Namespace" && /^\/spec\/finalizers(\/|$)/.test(field.path)) return true;
  return field.isDeclared
    ? operation === "Update" && isController(manager)
    : isControllersWork(manager, object.kind, field);
}

/** All fields of the live object that strangers hold. */
export function foreignFields(one: Declared, live: KubeObject, declared: KubeObject): ForeignField[] {
  const entries = live.metadata.managedFields ?? [];
  if (entries.length === 0) return unrecorded(one, live);
  return entries
    .filter((entry) => !isOurs(one, entry))
    .flatMap((entry) =>
      heldFields(entry.fieldsV1, live, declared)
        .filter((field) => !isIgnored(entry, live, field))
        .map((field) => ({ ...field, owner: ownerOf(entry) })),
    );
}

/**
 * What an object has more than it had when the stack was done with it. The API server keeps no record of an object that nobody applied a
 * field of (a Namespace declared by its name alone), nor of one whose record somebody cleared.
 */
function unrecorded({ made }: Declared, live: KubeObject): ForeignField[] {
  if (made === undefined) return [];
  return changes(bare(made), bare(live))
    .filter((change) => change.live !== undefined)
    .map(({ path, live: value }) => ({ path, value, isDeclared: false }));
}

/** The one behind an entry. */
export const ownerOf = ({ manager = "unknown", time }: ManagedFieldsEntry): Owner => ({ manager, time });

/** Who else than the stack holds the field at `path`, or the nearest above or below it; the latest when there are several. */
export function ownerAt(path: string, one: Declared, live: KubeObject): Owner | undefined {
  return (live.metadata.managedFields ?? [])
    .filter((entry) => !isOurs(one, entry))
    .filter((entry) => heldFields(entry.fieldsV1, live, undefined).some((field) => touches(field.path, path)))
    .map(ownerOf)
    .sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""))[0];
}
