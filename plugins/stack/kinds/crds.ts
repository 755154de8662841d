/** What our own kinds ask of the API server about CustomResourceDefinitions. */
import { isDeepStrictEqual } from "node:util";
import type { KubeClient } from "../../../kube/client";
import { servedKinds } from "../../../kube/discovery";
import { ApiError, undefinedIfNotFound } from "../../../kube/errors";
import { apply, remove } from "../../../kube/objects";
import type { KubeObject } from "../../../kube/object";

/** A CRD as its file holds it. */
export interface CrdBody {
  metadata: { name: string };
  spec: { versions: { name: string; served: boolean }[] };
}

/** What a CRD was right after it was applied: with another uid or generation, somebody touched it. */
export interface AppliedCrd {
  uid: string;
  generation: number;
}

/** Where CRDs are. */
export const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
/** The field manager of the stack's CRDs; nobody else uses it. */
export const CRD_MANAGER = "kubeflow-stack";

/** The CRDs of a cluster that are not being deleted, by name. */
export async function liveCrds(client: KubeClient): Promise<Map<string, AppliedCrd>> {
  const staying = (await client.listMetadata(CRDS)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return new Map(staying.map((crd) => [crd.metadata.name, appliedCrd(crd)]));
}

const appliedCrd = ({ metadata: { uid = "", generation = 0 } }: KubeObject): AppliedCrd => ({ uid, generation });

/** The versions in which the cluster may hold objects of the CRD's kind; none where there is no such CRD. */
export async function storedVersions(client: KubeClient, name: string): Promise<readonly string[]> {
  const crd = await find(client, name);
  return (crd?.["status"] as { storedVersions?: string[] } | undefined)?.storedVersions ?? [];
}

/** Applies a CRD server-side; fields that others had set become the stack's. */
export async function applyCrd(client: KubeClient, body: CrdBody): Promise<AppliedCrd> {
  return appliedCrd(await apply(client, pathOf(body.metadata.name), body, { manager: CRD_MANAGER }));
}

/** The uid of the CRD of that name, even of one that is being deleted; `undefined` where there is none. */
export async function uidOf(client: KubeClient, name: string): Promise<string | undefined> {
  return (await find(client, name))?.metadata.uid;
}

/** How a CRD differs from its body; `undefined` when only what is not ours was touched (an injected CA). */
export async function driftOf(client: KubeClient, name: string, body: CrdBody): Promise<string | undefined> {
  const live = await find(client, name);
  if (!live) return "is gone";
  const wanted = await apply(client, pathOf(name), body, { manager: CRD_MANAGER, dryRun: true });
  return isDeepStrictEqual(live["spec"], wanted["spec"]) ? undefined : "was changed";
}

/**
 * The CRDs whose kinds the API server does not serve yet. Asks its discovery: reading the CRDs until they are Established would keep a
 * small machine busy.
 * @param versions - the versions that a CRD is to be served in
 */
export async function unservedCrds(
  client: KubeClient,
  names: readonly string[],
  versions: (name: string) => readonly string[],
): Promise<string[]> {
  const wanted = names.flatMap((name) => {
    const { plural, group } = split(name);
    return versions(name).map((version) => ({ name, plural, apiVersion: `${group}/${version}` }));
  });
  const apiVersions = [...new Set(wanted.map(({ apiVersion }) => apiVersion))];
  const served = new Map(
    await Promise.all(apiVersions.map(async (one) => [one, await servedKinds(client, one)] as const)),
  );
  const unserved = await Promise.all(
    wanted.map(async ({ name, plural, apiVersion }) => {
      const isServed = served.get(apiVersion)?.some((kind) => kind.plural === plural) === true;
      return isServed && (await isAnswering(client, `/apis/${apiVersion}/${plural}`)) ? [] : [name];
    }),
  );
  return [...new Set(unserved.flat())];
}

/** Whether a kind can be listed: for a moment after it appears in discovery, the server says "storage is (re)initializing". */
async function isAnswering(client: KubeClient, path: string): Promise<boolean> {
  try {
    await client.request("GET", path, { query: { limit: "1" }, retryBusy: false });
    return true;
  } catch (error) {
    if (error instanceof ApiError && [404, 429, 503].includes(error.status)) return false;
    throw error;
  }
}

/** The versions that a CRD's body declares as served. */
export function servedVersionsOf(body: CrdBody | undefined): string[] {
  return (body?.spec.versions ?? []).flatMap(({ name, served }) => (served ? [name] : []));
}

/** A CRD's name is its plural and its group. */
function split(name: string): { plural: string; group: string } {
  const dot = name.indexOf(".");
  return { plural: name.slice(0, dot), group: name.slice(dot + 1) };
}

/** The group of a CRD by that name. */
export const groupOf = (name: string): string => split(name).group;

/** Asks for a CRD's deletion. @param uid - of the one that is meant, where it is known */
export async function deleteCrd(client: KubeClient, name: string, uid: string | undefined): Promise<void> {
  await remove(client, pathOf(name), { ...(uid !== undefined && { uid }) });
}

const pathOf = (name: string): string => `${CRDS}/${name}`;

const find = (client: KubeClient, name: string): Promise<KubeObject | undefined> =>
  undefinedIfNotFound(client.request("GET", pathOf(name)));
