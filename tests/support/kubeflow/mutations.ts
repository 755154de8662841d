/**
 * Random mutations of live objects, as people and strange programs make them: values changed, fields added and taken out, objects deleted,
 * made anew, or claimed. All that is random comes from a seed.
 */
import { APPLY_PATCH } from "../../../kube/mediaTypes";
import * as fc from "fast-check";
import type { ClusterApi, Paths } from "../../../drift/cluster";
import { changes } from "../../../drift/compare";
import { identity, type KubeObject } from "../../../kube/object";
import { touches } from "../../../kube/pointer";
import { changeSomething, type Dice, pick } from "./mutationWays";
import { until } from "../machine/until";

/** A mutation that was made. */
export interface Mutation {
  readonly identity: string;
  /** What was done, in words. */
  readonly what: string;
  /** Whether it says nothing about fields: the object is another one, or another's. */
  readonly isWhole: boolean;
  /** The object before; what differs from it later is what drift must tell of. */
  readonly before: KubeObject;
}

/** A row of dice, the same for the same seed. */
function dice(seed: number, count: number): Dice[] {
  const nat = fc.nat({ max: 2 ** 30 });
  const one = fc.record({ object: nat, way: nat, place: nat, value: nat, manager: nat }, { noNullPrototype: true });
  return fc.sample(fc.noBias(one), { seed, numRuns: count });
}

/** By what names strangers write: tools of people, and names that controllers have, too. */
const managers = [
  ...[
    "kubectl-edit",
    "kubectl-patch",
    "kubectl-client-side-apply",
    "kubectl-rollout",
    "helm",
    "OpenAPI-Generator",
    "k9s",
  ],
  ...["Go-http-client", "manager", "webhook", "controller", "kube-controller-manager", "pulumi-kubernetes-00000000"],
];

/** Deleting one of these takes other objects along, or waits for pods to end that nobody ends. */
const lasting = new Set(["Namespace", "CustomResourceDefinition", "PersistentVolumeClaim"]);

/** How the mutations reach the cluster. */
export interface Reach {
  readonly api: ClusterApi;
  readonly paths: Paths;
}

const get = async ({ api }: Reach, path: string): Promise<KubeObject | undefined> => {
  const { status, body } = await api.request("GET", path);
  return status === 200 ? (body as KubeObject) : undefined;
};

/**
 * Makes random mutations, each of another object.
 * @param objects - what may be mutated
 * @param wanted - how many, and the seed of all that is random
 * @throws Error when the API server lets too few of them happen
 */
export async function mutateMany(
  reach: Reach,
  objects: readonly KubeObject[],
  { count, seed }: { count: number; seed: number },
): Promise<Mutation[]> {
  const made: Mutation[] = [];
  for (const rolled of dice(seed, count * 10)) {
    const left = objects.filter((object) => !made.some((one) => one.identity === identity(object)));
    const mutation = await mutate(reach, left, rolled);
    if (mutation) made.push(mutation);
    if (made.length === count) return made;
  }
  throw new Error(`With seed ${seed}, only ${made.length} of ${count} mutations were let through.`);
}

/**
 * Makes one mutation.
 * @param objects - identities and places of what may be mutated
 * @returns undefined when the API server refuses it, or makes nothing of it
 */
async function mutate(reach: Reach, objects: readonly KubeObject[], rolled: Dice): Promise<Mutation | undefined> {
  const { api, paths } = reach;
  const chosen = pick(objects, rolled.object);
  const path = chosen && (await paths.one(chosen));
  const before = path === undefined ? undefined : await get(reach, path);
  if (!chosen || path === undefined || !before) return undefined;
  const mutation = (what: string, isWhole = false): Mutation => ({ identity: identity(chosen), what, isWhole, before });
  const manager = encodeURIComponent(pick(managers, rolled.manager) ?? "");
  const whole = lasting.has(chosen.kind) ? undefined : wholeWays[rolled.way % 12];
  if (whole) {
    const what = await whole(reach, path, before, manager);
    return what === undefined ? undefined : mutation(what, true);
  }
  const changed = structuredClone(before);
  const what = changeSomething(changed, rolled);
  if (what === undefined) return undefined;
  const { status } = await api.request("PUT", `${path}?fieldManager=${manager}`, changed);
  const after = status === 200 ? await get(reach, path) : undefined;
  return after && mutatedPaths(before, after).length > 0 ? mutation(`${what} as ${manager}`) : undefined;
}

const holders = (object: KubeObject): string[] =>
  (object.metadata.managedFields ?? []).map(({ manager, operation }) => `${manager} ${operation}`);

/** What the object says, without what makes it this very one. */
function copyOf({ status: _status, ...object }: KubeObject, names: readonly string[]): KubeObject {
  const metadata = Object.fromEntries(Object.entries(object.metadata).filter(([key]) => names.includes(key)));
  return { ...object, metadata } as KubeObject;
}

type WholeWay = (reach: Reach, path: string, before: KubeObject, manager: string) => Promise<string | undefined>;

/** The ways to do something to an object as a whole; undefined where the API server does not let it. */
const wholeWays: readonly WholeWay[] = [
  async function remove({ api }, path) {
    const { status } = await api.request("DELETE", path, { propagationPolicy: "Background" });
    return status === 200 ? "deleted it" : undefined;
  },
  async function hang({ api }, path, before, manager) {
    const metadata = { ...before.metadata, finalizers: ["example.org/hold"] };
    const { status } = await api.request("PUT", `${path}?fieldManager=${manager}`, { ...before, metadata });
    if (status !== 200) return undefined;
    await api.request("DELETE", path, { propagationPolicy: "Background" });
    return "deleted it, with a finalizer that nobody takes away";
  },
  async function makeAnew(reach, path, before, manager) {
    await reach.api.request("DELETE", path, { propagationPolicy: "Background" });
    await until(`${path} to be gone`, async () => (await get(reach, path)) === undefined);
    const copy = copyOf(before, ["name", "namespace", "labels", "annotations"]);
    const { status } = await reach.api.request(
      "POST",
      `${path.slice(0, path.lastIndexOf("/"))}?fieldManager=${manager}`,
      copy,
    );
    return status === 201 ? "deleted it and made it anew" : "deleted it";
  },
  async function applyAsAnother(reach, path, before, manager) {
    const copy = copyOf(before, ["name", "namespace", "labels"]);
    const query = `?fieldManager=${manager}&force=true`;
    const { status } = await reach.api.request("PATCH", path + query, copy, APPLY_PATCH);
    const after = status === 200 ? await get(reach, path) : undefined;
    const isNew = after && holders(after).some((one) => !holders(before).includes(one));
    return isNew ? `applied it as ${manager}` : undefined;
  },
];

/** What the API server and controllers keep for themselves. */
const theirs =
  /^\/(status|metadata\/(resourceVersion|generation|managedFields|annotations\/deployment\.kubernetes\.io~1revision))(\/|$)/;

/** The JSON pointers at which two forms of an object differ, but for what the API server and controllers keep for themselves. */
export function mutatedPaths(before: KubeObject, after: KubeObject): string[] {
  const isTheirs = (path: string) =>
    theirs.test(path) || (before["aggregationRule"] !== undefined && touches(path, "/rules"));
  return changes(before, after)
    .map(({ path }) => path)
    .filter((path) => !isTheirs(path));
}
