import { Paths, type ClusterApi } from "./cluster";
import { APPLY_PATCH } from "../kube/mediaTypes";
import { isController } from "./controllers";
import { type Declared } from "./declared";
import { identity, type KubeObject } from "../kube/object";
import { isAsDeclared, judge, type Drift } from "./judge";
import { liveObject, liveObjects, type Live } from "./live";
import { comparable } from "./object";
import { isOurs } from "./owners";

/**
 * Compares every declared object with the live one.
 * @throws UnreachableError when the cluster does not answer
 * @throws UserError when it refuses to tell
 */
export async function findDrift(declared: readonly Declared[], api: ClusterApi): Promise<Drift[]> {
  const paths = new Paths(api);
  const objects = declared.map(({ object }) => object);
  const live = await liveObjects(objects, api, paths);
  const found = await Promise.all(declared.map((one) => driftOf(one, live.get(identity(one.object)), api, paths)));
  return found.flat();
}

async function driftOf(one: Declared, live: Live | undefined, api: ClusterApi, paths: Paths): Promise<Drift[]> {
  if (live === undefined || live.object.metadata.deletionTimestamp !== undefined) return judge(one, live?.object);
  if (live.isMetadata ? isUntouched(one, live.object) : isAsDeclared(one, live.object)) return [];
  const whole = live.isMetadata ? await liveObject(one.object, api, paths) : live.object;
  return judge(one, whole, whole && (await applied(one, api, paths)));
}

/** Whether the metadata of an object whose body was not asked for says that nobody touched it. */
function isUntouched(one: Declared, live: KubeObject): boolean {
  const { apiVersion, kind, metadata } = one.object;
  const isStranger = (manager: string, subresource?: string) => subresource !== "status" && !isController(manager);
  return (
    live.metadata["generation"] === one.generation &&
    isAsDeclared({ ...one, object: { apiVersion, kind, metadata } }, live) &&
    (live.metadata.managedFields ?? []).every(
      (entry) => isOurs(one, entry) || !isStranger(entry.manager ?? "", entry.subresource),
    )
  );
}

/**
 * Asks the API server what applying the declared object would make of it, without doing it. Only it knows every default and every form it
 * rewrites values to, so what it would leave alone is no drift.
 * @returns undefined where it may not be changed this way (a finished Job's template): then the plain comparison has to do
 */
async function applied(one: Declared, api: ClusterApi, paths: Paths): Promise<KubeObject | undefined> {
  const path = await paths.one(one.object);
  if (path === undefined) return undefined;
  const query = `?dryRun=All&force=true&fieldManager=${encodeURIComponent(one.manager ?? "kubeflow-stack")}`;
  const { status, body } = await api.request("PATCH", path + query, comparable(one.object), APPLY_PATCH);
  return status === 200 ? (body as KubeObject) : undefined;
}
