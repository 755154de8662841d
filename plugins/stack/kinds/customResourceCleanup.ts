/**
 * `kubeflow-stack:manifests:CustomResources`: when it is deleted, deletes the objects that users created of the platform's kinds, while the
 * controllers that finish their deletion still run. Creates nothing in the cluster.
 */
import { sharedClient, type KubeClient } from "../../../kube/client";
import { objectPath, servedKinds, servedVersions } from "../../../kube/discovery";
import { ApiError, undefinedIfNotFound } from "../../../kube/errors";
import { rootOf, type KubeObject } from "../../../kube/object";
import { remove } from "../../../kube/objects";
import type { Context, Kind } from "../../base";
import { waitUntilNoneMissing } from "./cluster";
import { groupOf } from "./crds";

interface CustomResourceCleanupInputs {
  kubeconfig: string;
  /** Identifies the cluster. */
  cluster: string;
  /** The CRDs' names. */
  crds: string[];
  /** The platform's own objects of those kinds, which are deleted in the order of their products: `Kind.group namespace/name`. */
  except: string[];
}

export const customResourceCleanup: Kind<CustomResourceCleanupInputs, CustomResourceCleanupInputs> = {
  type: "kubeflow-stack:manifests:CustomResources",
  outputs: [],

  create: (inputs, ctx) => Promise.resolve({ id: ctx.name, state: inputs }),

  async update(_id, _state, oldInputs, news, ctx) {
    // A product that is removed from the stack is deleted at the end of the update; its controllers run until then.
    const leaving = oldInputs.crds.filter((name) => !news.crds.includes(name));
    if (oldInputs.cluster === news.cluster) await removeAll({ ...news, crds: leaving, except: oldInputs.except }, ctx);
    return news;
  },

  delete: (_id, state, ctx) => removeAll(state, ctx),
};

async function removeAll({ kubeconfig, crds, except }: CustomResourceCleanupInputs, ctx: Context): Promise<void> {
  const client = sharedClient(kubeconfig);
  const collections = await collectionsOf(client, crds);
  const own = new Set(except);
  const roots = (await instancesIn(client, collections)).filter(
    ({ identity, isOwned }) => !isOwned && !own.has(identity),
  );
  // By uid: a controller may recreate objects of its own for as long as it runs.
  const uids = new Set(roots.map(({ uid }) => uid));
  const used = [...new Set(roots.map(({ collection }) => collection))];
  let [rest, refusals]: [Instance[], string[]] = [roots, []];
  await waitUntilNoneMissing(ctx, async () => {
    // Repeated: a webhook may refuse one for as long as another uses it.
    refusals = (await Promise.all(rest.filter(({ isGoing }) => !isGoing).map((one) => begin(client, one)))).flat();
    rest = (await instancesIn(client, used)).filter(({ uid }) => uids.has(uid));
    return rest.map(({ identity }) => `the deletion of ${identity}`);
  });
  if (rest.length === 0) return;
  const [refusal] = refusals;
  if (refusal !== undefined)
    throw new Error(`${rest.length} custom resources are not deleted: ${refusal}; do as it says, and run again.`);
  const example = rest.find(({ isHeld }) => isHeld) ?? rest[0];
  throw new Error(
    `${rest.length} custom resources are not deleted, such as ${example?.identity}: a controller does not finish its finalizer; ` +
      "see that controller's log or remove the finalizer, and run again.",
  );
}

/**
 * Asks for an object's deletion, after that of the objects it owns that block it.
 * @returns why the deletion was refused; nothing where it was not
 */
async function begin(client: KubeClient, { path, identity, uid }: Instance): Promise<string[]> {
  try {
    await remove(client, path, { uid, propagationPolicy: "Foreground" });
    return [];
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return [`the deletion of ${identity} is refused (${error.message})`];
  }
}

/** Where a kind's objects are. */
interface Collection {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
  /** `/apis/GROUP/VERSION` for each version that is served, the server's preferred one first. */
  readonly roots: readonly string[];
}

/** The collections of these CRDs' kinds. */
async function collectionsOf(client: KubeClient, crds: readonly string[]): Promise<Collection[]> {
  const wanted = new Set(crds);
  const found = await Promise.all(
    [...new Set(crds.map(groupOf))].map(async (group) => {
      const versions = await servedVersions(client, group);
      const served = await Promise.all(
        versions.map(async (apiVersion) =>
          (await servedKinds(client, apiVersion)).map((kind) => ({ ...kind, root: rootOf(apiVersion) })),
        ),
      );
      return [...Map.groupBy(served.flat(), ({ plural }) => plural)].map(([plural, all]) => ({
        kind: all[0]?.kind ?? "",
        group,
        plural,
        roots: all.map(({ root }) => root),
      }));
    }),
  );
  return found.flat().filter(({ plural, group }) => wanted.has(`${plural}.${group}`));
}

interface Instance {
  /** As in `except`. */
  readonly identity: string;
  readonly collection: Collection;
  readonly path: string;
  readonly uid: string;
  /** Whether another object owns it, and takes it along. */
  readonly isOwned: boolean;
  /** Whether it has finalizers. */
  readonly isHeld: boolean;
  /** Whether it is being deleted. */
  readonly isGoing: boolean;
}

async function instancesIn(client: KubeClient, collections: readonly Collection[]): Promise<Instance[]> {
  return (await Promise.all(collections.map((collection) => instancesOf(client, collection)))).flat();
}

/** Lists in the first version that answers: objects in the version they are stored in need no conversion webhook. */
async function instancesOf(client: KubeClient, collection: Collection): Promise<Instance[]> {
  const { kind, group, plural, roots } = collection;
  let failure: unknown;
  for (const root of roots) {
    try {
      const found = await undefinedIfNotFound<readonly KubeObject[]>(client.listMetadata(`${root}/${plural}`));
      return (found ?? []).map(({ metadata }): Instance => {
        const { name, namespace, uid = "", deletionTimestamp, ownerReferences = [], finalizers = [] } = metadata;
        return {
          identity: `${kind}.${group} ${namespace === undefined ? "" : `${namespace}/`}${name}`,
          collection,
          path: objectPath({ root, plural }, name, namespace),
          uid,
          isOwned: ownerReferences.length > 0,
          isHeld: finalizers.length > 0,
          isGoing: deletionTimestamp !== undefined,
        };
      });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failure = error;
    }
  }
  throw failure;
}
