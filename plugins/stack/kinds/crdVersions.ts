/** `kubeflow-stack:cluster:CrdVersions`: refuses CRDs that lose a version in which the cluster may hold objects, and a cluster that has the products already. Holds nothing in the cluster. */
import { type CheckFailure, type Kind, isUnknown } from "../../base";
import { liveCrds, storedVersions } from "./crdApi";
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
}

export const crdVersions: Kind<CrdVersionsInputs, CrdVersionsInputs> = {
  type: "kubeflow-stack:cluster:CrdVersions",
  secretOutputs: ["kubeconfig"],

  async check(news, olds, ctx) {
    if (isUnknown(news.kubeconfig) || isUnknown(news.versions)) return { inputs: news };
    const { versions, namespaces = [], adopt = false } = news;
    const isSame = (name: string) => String(olds?.versions?.[name]) === String(versions[name]);
    const changed = Object.keys(versions).filter((name) => !isSame(name));
    // What this stack has once been allowed, it may have made since.
    const newCrds = changed.filter((name) => !olds?.versions?.[name]);
    const newNamespaces = namespaces.filter((name) => !olds?.namespaces?.includes(name));
    if (changed.length === 0 && newNamespaces.length === 0) return { inputs: news };
    const failures = await reachable(ctx, async () => {
      const api = connect(news.kubeconfig);
      const foreign = adopt ? [] : await foreignFailures(api, newCrds, newNamespaces);
      const live = await liveCrds(api);
      const known = changed.filter((name) => live.has(name));
      return [...foreign, ...(await Promise.all(known.map((name) => dropped(api, name, versions[name] ?? [])))).flat()];
    });
    return { inputs: news, failures };
  },

  create: (inputs, ctx) => Promise.resolve({ id: ctx.name, state: inputs }),

  previewState: (inputs) => Promise.resolve(inputs),

  update: (_id, _state, _oldInputs, news) => Promise.resolve(news),

  async delete() {},
};

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
