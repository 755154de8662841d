import { APPLY_PATCH, JSON_PATCH } from "../kube/mediaTypes";
import { type ClusterApi, type Paths } from "./cluster";
import type { Declared } from "./declared";
import type { KubeObject, ManagedFieldsEntry } from "../kube/object";
import { partition, heldFields, mergeFields, type FieldSet } from "../kube/fieldSets";
import { liveObject } from "./live";
import { comparable } from "./object";
import { isIgnored, isOurs } from "./owners";

/** How often to begin again when somebody else writes to the object at the same time. */
const ATTEMPTS = 5;

/**
 * Makes a live object what is declared: whatever strangers hold of it becomes the stack's, and what the stack holds and does not declare
 * goes when the declared object is applied, item by item of lists too, as the kind's schema has it.
 * @returns whether it is as declared now; not so where it is gone, or where the API server refuses the change
 */
export async function restore(one: Declared, api: ClusterApi, paths: Paths): Promise<boolean> {
  const path = await paths.one(one.object);
  if (path === undefined || one.manager === undefined || one.isPartial === true) return false;
  const apply = async (live: KubeObject): Promise<number> => {
    const object = comparable(one.object);
    // With its uid, the request never makes an object that has just gone.
    const body = { ...object, metadata: { ...object.metadata, uid: live.metadata["uid"] } };
    const query = `?force=true&fieldManager=${encodeURIComponent(one.manager ?? "")}`;
    return (await api.request("PATCH", path + query, body, APPLY_PATCH)).status;
  };
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    let live = await liveObject(one.object, api, paths);
    if (live === undefined) return false;
    // Somebody cleared the record of who holds what; the API server begins a new one, in which all is the past's.
    if (!live.metadata.managedFields?.length) {
      if ((await apply(live)) !== 200) return false;
      live = (await liveObject(one.object, api, paths)) ?? live;
    }
    const entries = one.isPatch ? undefined : withoutStrangers(one, live);
    if (entries) {
      const { status } = await api.request("PATCH", path, takingOver(live, entries), JSON_PATCH);
      if (status === 409) continue;
      if (status !== 200) return false;
    }
    return (await apply(live)) === 200;
  }
  return false;
}

const takingOver = (live: KubeObject, entries: readonly ManagedFieldsEntry[]) => [
  { op: "replace", path: "/metadata/managedFields", value: entries },
  // Fails if somebody else was quicker, rather than undo what they wrote.
  { op: "replace", path: "/metadata/resourceVersion", value: live.metadata["resourceVersion"] },
];

/** The record of who holds what, with all that strangers hold in the stack's name; undefined when there is none of that. */
function withoutStrangers(one: Declared, live: KubeObject): ManagedFieldsEntry[] | undefined {
  const declared = comparable(one.object);
  const isMine = (entry: ManagedFieldsEntry) => isOurs(one, entry) && entry.manager === one.manager;
  const all = live.metadata.managedFields ?? [];
  const mine = all.find(isMine);
  let fields: FieldSet = (mine?.fieldsV1 ?? {}) as FieldSet;
  let found = false;
  const others = all
    .filter((entry) => !isMine(entry))
    .flatMap((entry) => {
      if (isOurs(one, entry)) return [entry];
      const strange = heldFields(entry.fieldsV1, live, declared).filter((field) => !isIgnored(entry, live, field));
      if (strange.length === 0) return [entry];
      found = true;
      const isStrange = (path: string) =>
        strange.some((field) => path === field.path || path.startsWith(`${field.path}/`));
      const { taken, left } = partition(entry.fieldsV1 as FieldSet, live, isStrange);
      fields = mergeFields(fields, taken ?? {});
      return left ? [{ ...entry, fieldsV1: left }] : [];
    });
  if (!found) return undefined;
  const { apiVersion } = one.object;
  const entry = { apiVersion, fieldsType: "FieldsV1", ...mine, manager: one.manager ?? "", operation: "Apply" };
  return [...others, { ...entry, fieldsV1: fields }];
}
