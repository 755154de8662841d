/**
 * `kubeflow-stack:cluster:CrdVersions`: refuses CRDs that drop a version in which the cluster may hold objects, and a cluster that has the
 * products already. Creates nothing in the cluster.
 */
import { sharedClient, type KubeClient } from "../../../kube/client";
import { type CheckFailure, type Kind, isUnknown } from "../../base";
import { ifReachable } from "./cluster";
import { groupOf, liveCrds, storedVersions } from "./crds";
import { foreignFailures } from "./foreign";

interface CrdPreflightInputs {
  /** Dependents take the kubeconfig from this resource, so that they are registered after the check. */
  kubeconfig: string;
  /** The API versions of every CRD that will be applied, by the CRD's name. */
  versions: Record<string, string[]>;
  /** The namespaces that will be created. */
  namespaces?: string[];
  /** Whether existing CRDs and namespaces of somebody else may be taken over. */
  adopt?: boolean;
  /** Identifies the cluster. */
  cluster?: string;
}

export const crdPreflight: Kind<CrdPreflightInputs, CrdPreflightInputs> = {
  type: "kubeflow-stack:cluster:CrdVersions",
  secretOutputs: ["kubeconfig"],

  async check(news, olds, ctx) {
    if ([news.kubeconfig, news.versions, news.cluster].some(isUnknown)) return { inputs: news };
    const { versions, namespaces = [], adopt = false } = news;
    const before = inSameCluster(news, olds);
    const isSame = (name: string) => String(before?.versions[name]) === String(versions[name]);
    const changed = Object.keys(versions).filter((name) => !isSame(name));
    // The stack may have created since what it was allowed once.
    const newCrds = changed.filter((name) => !before?.versions[name]);
    const known = before ? (before.namespaces ?? namespaces) : [];
    const newNamespaces = namespaces.filter((name) => !known.includes(name));
    if (changed.length === 0 && newNamespaces.length === 0) return { inputs: news };
    const groups = Object.keys(before?.versions ?? {}).map(groupOf);
    const ask = async (): Promise<CheckFailure[]> => {
      const client = sharedClient(news.kubeconfig);
      const foreign = adopt ? [] : await foreignFailures(client, newCrds, newNamespaces, groups);
      const live = await liveCrds(client);
      const existing = changed.filter((name) => live.has(name));
      const dropped = await Promise.all(existing.map((name) => droppedVersions(client, name, versions[name] ?? [])));
      return [...foreign, ...dropped.flat()];
    };
    // No answer is no consent: what is not asked now would not be asked again.
    const failures = adopt ? await ifReachable(ctx, ask) : await ask().catch(unasked);
    return { inputs: news, failures };
  },

  create: (inputs, ctx) => Promise.resolve({ id: ctx.name, state: inputs }),

  previewState: (inputs) => Promise.resolve(inputs),

  update: (_id, _state, _oldInputs, news) => Promise.resolve(news),

  async delete() {},
};

/** What was allowed before; nothing where the resource is new, or where that was another cluster. */
function inSameCluster(news: CrdPreflightInputs, olds: Partial<CrdPreflightInputs> | undefined) {
  const { versions, namespaces, cluster = news.cluster } = olds ?? {};
  return versions === undefined || cluster !== news.cluster ? undefined : { versions, namespaces };
}

function unasked(error: unknown): CheckFailure[] {
  const why = error instanceof Error ? error.message : String(error);
  const reason = `the cluster cannot be asked what it has already (${why}): make it reachable, or correct the kubeconfig`;
  return [{ property: "kubeconfig", reason }];
}

/** A failure for each version that a CRD drops although the cluster may hold objects in it. */
async function droppedVersions(client: KubeClient, name: string, versions: readonly string[]): Promise<CheckFailure[]> {
  const stored = await storedVersions(client, name);
  return stored
    .filter((version) => !versions.includes(version))
    .map((version) => ({
      property: `versions["${name}"]`,
      reason:
        `${name} no longer has version ${version}, in which the cluster may hold objects: ` +
        `upgrade through a release that has both versions and migrate the objects, or delete the CRD first`,
    }));
}
