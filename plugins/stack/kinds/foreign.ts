/** What is in a cluster already under the names that a stack is going to use, and is somebody else's. */
import type { CheckFailure } from "../../base";
import { groupOf } from "./crdApi";
import { mediaType } from "../../../kube";
import { type KubernetesApi } from "./kubernetesApi";

interface Listed {
  items:
    | {
        metadata: { name: string; managedFields?: { manager?: string }[]; ownerReferences?: { kind: string }[] };
      }[]
    | null;
}

/** Who writes a stack's CRDs, and nobody else does: our own kind. */
const own = "kubeflow-stack";

const remedy = "take it out of the cluster first, choose another cluster, or set adopt to true to have it taken over";

/**
 * A failure for each group of CRDs and each namespace that is there and is not the stack's: applied to, they would be taken over, and deleted
 * with the stack, with all that others keep in them.
 * @param crds - names of CRDs that are new to the stack
 * @param namespaces - likewise
 * @param knownGroups - groups of which the stack has CRDs, to which programs may have added some of their own
 */
export async function foreignFailures(
  api: KubernetesApi,
  crds: readonly string[],
  namespaces: readonly string[],
  knownGroups: readonly string[],
): Promise<CheckFailure[]> {
  const list = async (path: string) =>
    ((await api.call("GET", path, { accept: mediaType.metadataList })) as Listed).items ?? [];
  const [liveCrds, liveNamespaces] = await Promise.all([
    list("/apis/apiextensions.k8s.io/v1/customresourcedefinitions"),
    list("/api/v1/namespaces"),
  ]);
  const ownCrds = liveCrds.filter(({ metadata }) => metadata.managedFields?.some(({ manager }) => manager === own));
  const ownGroups = new Set([...knownGroups, ...ownCrds.map(({ metadata }) => groupOf(metadata.name))]);
  const groups = new Map<string, string[]>();
  for (const { metadata } of liveCrds) {
    const group = groupOf(metadata.name);
    if (!crds.includes(metadata.name) || ownGroups.has(group)) continue;
    groups.set(group, [...(groups.get(group) ?? []), metadata.name]);
  }
  const strangers = liveNamespaces
    // A Profile's is the platform's, whoever made the Profile.
    .filter(({ metadata }) => !metadata.ownerReferences?.some(({ kind }) => kind === "Profile"))
    .flatMap(({ metadata }) => (namespaces.includes(metadata.name) ? [metadata.name] : []));
  return [
    ...[...groups].map(([group, names]) => ({
      property: `versions["${names[0]}"]`,
      reason:
        `the cluster has kinds of ${group} already (${names.length}, such as ${names[0]}) that are not this stack's, ` +
        `which would take them over and in the end delete them with every object of theirs: ${remedy}`,
    })),
    ...strangers.map((name) => ({
      property: "namespaces",
      reason:
        `the cluster has a namespace ${name} already that is not this stack's, which would take it over and in the end delete it ` +
        `with all that is in it: ${remedy}`,
    })),
  ];
}
