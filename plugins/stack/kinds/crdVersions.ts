/** `kubeflow-stack:cluster:CrdVersions`: refuses CRDs that lose a version in which the cluster may hold objects, and a cluster that has the products already. Holds nothing in the cluster. */
import { type CheckFailure, type Kind, isUnknown } from "../../base";
import { liveCrds, storedVersions, groupOf } from "./crdApi";
import { foreignFailures } from "./foreign";
import { type KubernetesApi, connect, reachable } from "./kubernetesApi";

interface CrdVersionsInputs {
  /** What hangs on this takes the kubeconfig from it, and so is registered after the check alone. */
  kubeconfig: string;
  /** The API versions of every CRD that is going to be applied, by the CRD's name. */
  versions: Record<string, string[]>;
  /** The namespaces that are going to be made. */
  namespaces?: string[];
  /** Whether what is there already and is somebody else's may be taken over. */
  adopt?: boolean;
  /** What tells the cluster from another. */
  cluster?: string;
}

export const crdVersions: Kind<CrdVersionsInputs, CrdVersionsInputs> = {
  type: "kubeflow-stack:cluster:CrdVersions",
  secretOutputs: ["kubeconfig"],

  async check(news, olds, ctx) {
    if ([news.kubeconfig, news.versions, news.cluster].some(isUnknown)) return { inputs: news };
    const { versions, namespaces = [], adopt = false } = news;
    const before = inSameCluster(news, olds);
    const isSame = (name: string) => String(before?.versions[name]) === String(versions[name]);
    const changed = Object.keys(versions).filter((name) => !isSame(name));
    // What this stack has once been allowed, it may have made since.
    const newCrds = changed.filter((name) => !before?.versions[name]);
    const known = before ? (before.namespaces ?? namespaces) : [];
    const newNamespaces = namespaces.filter((name) => !known.includes(name));
    if (changed.length === 0 && newNamespaces.length === 0) return { inputs: news };
    const groups = Object.keys(before?.versions ?? {}).map(groupOf);
    const ask = async (): Promise<CheckFailure[]> => {
      const api = connect(news.kubeconfig);
      const foreign = adopt ? [] : await foreignFailures(api, newCrds, newNamespaces, groups);
      const live = await liveCrds(api);
      const there = changed.filter((name) => live.has(name));
      const lost = await Promise.all(there.map((name) => dropped(api, name, versions[name] ?? [])));
      return [...foreign, ...lost.flat()];
    };
    // Silence is no consent: what is not asked now would not be asked again.
    const failures = adopt ? await reachable(ctx, ask) : await ask().catch(unasked);
    return { inputs: news, failures };
  },

  create: (inputs, ctx) => Promise.resolve({ id: ctx.name, state: inputs }),

  previewState: (inputs) => Promise.resolve(inputs),

  update: (_id, _state, _oldInputs, news) => Promise.resolve(news),

  async delete() {},
};

/** What was allowed before: in another cluster it would say nothing of this one, and a resource that is new has nothing. */
function inSameCluster(news: CrdVersionsInputs, olds: Partial<CrdVersionsInputs> | undefined) {
  const { versions, namespaces, cluster = news.cluster } = olds ?? {};
  return versions === undefined || cluster !== news.cluster ? undefined : { versions, namespaces };
}

function unasked(error: unknown): CheckFailure[] {
  const why = error instanceof Error ? error.message : String(error);
  const reason = `the cluster cannot be asked what it has already (${why}): make it answer, or mend the kubeconfig`;
  return [{ property: "kubeconfig", reason }];
}

/** A failure for each version that a CRD drops although the cluster may hold objects in it. */
async function dropped(api: KubernetesApi, name: string, versions: readonly string[]): Promise<CheckFailure[]> {
  const stored = await storedVersions(api, name);
  return stored
    .filter((version) => !versions.includes(version))
    .map((version) => ({
      property: `versions["${name}"]`,
      reason:
        `${name} no longer has version ${version}, in which the cluster may hold objects: ` +
        `go by way of a release that has both versions and migrate the objects, or delete the CRD first`,
    }));
}
