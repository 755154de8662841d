/**
 * `kubeflow-stack:manifests:CustomResources`: on the way down, deletes what users made of the platform's kinds, while the controllers that
 * finish it still run. Holds nothing in the cluster.
 */
import { type Context, type Kind } from "../../base";
import { groupOf } from "./crdApi";
import { KubeError, mediaType, undefinedIfNotFound } from "../../../kube";
import { type KubernetesApi, connect } from "./kubernetesApi";
import { waitUntilNothing } from "./waitFor";

interface CustomResourcesInputs {
  kubeconfig: string;
  /** What tells the cluster from another. */
  cluster: string;
  /** The CRDs' names. */
  crds: string[];
  /** The platform's own objects of those kinds, which go in the order of their products: `Kind.group namespace/name`. */
  except: string[];
}

export const customResources: Kind<CustomResourcesInputs, CustomResourcesInputs> = {
  type: "kubeflow-stack:manifests:CustomResources",
  outputs: [],

  create: (inputs, ctx) => Promise.resolve({ id: ctx.name, state: inputs }),

  async update(_id, _state, oldInputs, news, ctx) {
    // A product that is left out goes at the end of the update; its controllers run until then.
    const leaving = oldInputs.crds.filter((name) => !news.crds.includes(name));
    if (oldInputs.cluster === news.cluster) await remove({ ...news, crds: leaving, except: oldInputs.except }, ctx);
    return news;
  },

  delete: (_id, state, ctx) => remove(state, ctx),
};

async function remove({ kubeconfig, crds, except }: CustomResourcesInputs, ctx: Context): Promise<void> {
  const api = connect(kubeconfig);
  const places = await placesOf(api, crds);
  const own = new Set(except);
  const roots = (await instancesAt(api, places)).filter(({ identity, isOwned }) => !isOwned && !own.has(identity));
  // By uid: a controller may make some of its own anew, for as long as it runs.
  const uids = new Set(roots.map(({ uid }) => uid));
  const used = [...new Set(roots.map(({ place }) => place))];
  let [rest, refusals]: [Instance[], string[]] = [roots, []];
  await waitUntilNothing(ctx, async () => {
    // Again and again: a webhook may refuse one as long as another is there that uses it.
    refusals = (await Promise.all(rest.filter(({ isGoing }) => !isGoing).map((one) => begin(api, one)))).flat();
    rest = (await instancesAt(api, used)).filter(({ uid }) => uids.has(uid));
    return rest.map(({ identity }) => `${identity} to go`);
  });
  if (rest.length === 0) return;
  const [refusal] = refusals;
  if (refusal !== undefined)
    throw new Error(`${rest.length} custom resources do not go: ${refusal}; do as it says, and run again.`);
  const example = rest.find(({ isHeld }) => isHeld) ?? rest[0];
  throw new Error(
    `${rest.length} custom resources do not go, such as ${example?.identity}: what has a finalizer on it does not finish it; ` +
      "see its controller's log or remove the finalizer, and run again.",
  );
}

/**
 * Asks for an object's deletion, after that of what it owns and what says that it blocks it.
 * @returns why it was refused; nothing, where it was not
 */
async function begin(api: KubernetesApi, { path, identity }: Instance): Promise<string[]> {
  try {
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy: "Foreground" };
    await undefinedIfNotFound(api.call("DELETE", path, { body }));
    return [];
  } catch (error) {
    if (!(error instanceof KubeError)) throw error;
    return [`${identity} is not let go (${error.message})`];
  }
}

/** Where a kind's objects are. */
interface Place {
  readonly kind: string;
  readonly group: string;
  readonly plural: string;
  /** `/apis/GROUP/VERSION` for each version that is served, the one that the server prefers first. */
  readonly roots: readonly string[];
}

/** Where the objects of these CRDs' kinds are. */
async function placesOf(api: KubernetesApi, crds: readonly string[]): Promise<Place[]> {
  const wanted = new Set(crds);
  const found = await Promise.all(
    [...new Set(crds.map(groupOf))].map(async (group) => {
      const served = await undefinedIfNotFound<{ versions: { groupVersion: string }[] }>(
        api.call("GET", `/apis/${group}`),
      );
      const kinds = await Promise.all((served?.versions ?? []).map(({ groupVersion }) => kindsOf(api, groupVersion)));
      const byPlural = Map.groupBy(kinds.flat(), ({ plural }) => plural);
      return [...byPlural].map(([plural, all]) => ({
        ...{ kind: all[0]?.kind ?? "", group, plural },
        roots: all.map(({ root }) => root),
      }));
    }),
  );
  return found.flat().filter(({ plural, group }) => wanted.has(`${plural}.${group}`));
}

async function kindsOf(api: KubernetesApi, groupVersion: string) {
  const root = `/apis/${groupVersion}`;
  const found = await undefinedIfNotFound<{ resources: { name: string; kind: string }[] }>(api.call("GET", root));
  return (found?.resources ?? []).map(({ name, kind }) => ({ kind, plural: name, root }));
}

interface Instance {
  /** As in `except`. */
  readonly identity: string;
  readonly place: Place;
  readonly path: string;
  readonly uid: string;
  readonly isOwned: boolean;
  readonly isHeld: boolean;
  readonly isGoing: boolean;
}

interface Listed {
  items: {
    metadata: {
      name: string;
      namespace?: string;
      uid: string;
      deletionTimestamp?: string;
      ownerReferences?: unknown[];
      finalizers?: string[];
    };
  }[];
}

async function instancesAt(api: KubernetesApi, places: readonly Place[]): Promise<Instance[]> {
  return (await Promise.all(places.map((place) => instancesOf(api, place)))).flat();
}

/** In the first version that answers: the one that objects are stored in needs no webhook to convert them. */
async function instancesOf(api: KubernetesApi, place: Place): Promise<Instance[]> {
  const { kind, group, plural, roots } = place;
  let unanswered: unknown;
  for (const root of roots) {
    try {
      const listed = await undefinedIfNotFound<Listed>(
        api.call("GET", `${root}/${plural}`, { accept: mediaType.metadataList }),
      );
      return (listed?.items ?? []).map(({ metadata }): Instance => {
        const { name, namespace, uid, deletionTimestamp, ownerReferences = [], finalizers = [] } = metadata;
        return {
          identity: `${kind}.${group} ${namespace === undefined ? "" : `${namespace}/`}${name}`,
          path: `${root}/${namespace === undefined ? "" : `namespaces/${namespace}/`}${plural}/${name}`,
          ...{ place, uid, isOwned: ownerReferences.length > 0, isHeld: finalizers.length > 0 },
          isGoing: deletionTimestamp !== undefined,
        };
      });
    } catch (error) {
      if (!(error instanceof KubeError)) throw error;
      unanswered = error;
    }
  }
  throw unanswered;
}
