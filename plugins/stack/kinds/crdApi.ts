/** What a CrdSet asks of the API server about CustomResourceDefinitions. */
import { isDeepStrictEqual } from "node:util";
import { KubeError, mediaType, undefinedIfNotFound } from "../../../kube";
import { type KubernetesApi } from "./kubernetesApi";

/** A CRD as its file holds it. */
export interface CrdBody {
  metadata: { name: string };
  spec: { versions: { name: string; served: boolean }[] };
}

/** What a CRD was right after it was applied: another uid or generation means that somebody touched it. */
export interface AppliedCrd {
  uid: string;
  generation: number;
}

interface ServerCrd {
  metadata: { name: string; deletionTimestamp?: string } & AppliedCrd;
  spec: unknown;
  status?: { storedVersions?: string[] };
}

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const fieldManager = "kubeflow-stack";

/** Every CRD there is and that is not on its way out, by name, without the bodies: a list of metadata costs a hundredth of the whole. */
export async function liveCrds(api: KubernetesApi): Promise<Map<string, AppliedCrd>> {
  const { items } = (await api.call("GET", crds, { accept: mediaType.metadataList })) as { items: ServerCrd[] | null };
  const staying = (items ?? []).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return new Map(staying.map(({ metadata: { name, uid, generation } }) => [name, { uid, generation }]));
}

/** The versions in which the cluster may hold objects of the CRD's kind; none where there is no such CRD. */
export async function storedVersions(api: KubernetesApi, name: string): Promise<string[]> {
  return (await current(api, name))?.status?.storedVersions ?? [];
}

/** Applies a CRD server-side, taking over what others had set. */
export async function applyCrd(api: KubernetesApi, body: CrdBody): Promise<AppliedCrd> {
  const { metadata } = await patch(api, body, {});
  return { uid: metadata.uid, generation: metadata.generation };
}

/** Whether a CRD by that name is there, be it on its way out. */
export async function exists(api: KubernetesApi, name: string): Promise<boolean> {
  return (await current(api, name)) !== undefined;
}

/** How a CRD in the cluster differs from its body; undefined when only what is not ours was touched (an injected CA). */
export async function driftOf(api: KubernetesApi, name: string, body: CrdBody): Promise<string | undefined> {
  const live = await current(api, name);
  if (!live) return "is gone";
  const wanted = await patch(api, body, { dryRun: "All" });
  return isDeepStrictEqual(live.spec, wanted.spec) ? undefined : "was changed";
}

/**
 * Which CRDs' kinds the API server does not serve yet. Asked of its discovery, which says no more than is needed: the CRDs themselves, read
 * again and again until they are Established, would keep a small machine busy.
 */
export async function unserved(api: KubernetesApi, names: readonly string[], versions: VersionsOf): Promise<string[]> {
  const wanted = names.flatMap((name) => versions(name).map((version) => ({ name, ...split(name), version })));
  const paths = [...new Set(wanted.map(({ group, version }) => `/apis/${group}/${version}`))];
  const served = new Map(await Promise.all(paths.map(async (path) => [path, await resources(api, path)] as const)));
  const answers = await Promise.all(
    wanted.map(async ({ name, group, version, plural }) => {
      const path = `/apis/${group}/${version}`;
      const isServed = served.get(path)?.has(plural) === true && (await isAnswering(api, `${path}/${plural}`));
      return isServed ? [] : [name];
    }),
  );
  return [...new Set(answers.flat())];
}

/** Whether a kind can be asked for: for a moment after it appears in the discovery, it answers "storage is (re)initializing". */
async function isAnswering(api: KubernetesApi, path: string): Promise<boolean> {
  try {
    await api.call("GET", path, { query: { limit: "1" } });
    return true;
  } catch (error) {
    if (error instanceof KubeError && [404, 429, 503].includes(error.status)) return false;
    throw error;
  }
}

/** The versions that a CRD's body says are served. */
export function servedVersions(body: CrdBody | undefined): string[] {
  return (body?.spec.versions ?? []).flatMap(({ name, served }) => (served ? [name] : []));
}

/** The versions that a CRD is to be served in. */
export type VersionsOf = (name: string) => readonly string[];

/** A CRD's name is its plural and its group. */
function split(name: string): { plural: string; group: string } {
  const dot = name.indexOf(".");
  return { plural: name.slice(0, dot), group: name.slice(dot + 1) };
}

/** The group of a CRD by that name. */
export const groupOf = (name: string): string => split(name).group;

async function resources(api: KubernetesApi, path: string): Promise<Set<string>> {
  const found = await undefinedIfNotFound<{ resources: { name: string }[] }>(api.call("GET", path));
  return new Set(found?.resources.map(({ name }) => name));
}

/** Asks for a CRD's deletion. Gone already is fine. */
export async function deleteCrd(api: KubernetesApi, name: string): Promise<void> {
  await undefinedIfNotFound(api.call("DELETE", `${crds}/${name}`));
}

const current = (api: KubernetesApi, name: string): Promise<ServerCrd | undefined> =>
  undefinedIfNotFound(api.call("GET", `${crds}/${name}`));

async function patch(api: KubernetesApi, body: CrdBody, query: Record<string, string>): Promise<ServerCrd> {
  return (await api.call("PATCH", `${crds}/${body.metadata.name}`, {
    query: { fieldManager, force: "true", ...query },
    contentType: mediaType.applyPatch,
    body,
  })) as ServerCrd;
}
