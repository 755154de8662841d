/** Objects of somebody else that exist in a cluster under the names that a stack will use. */
import type { KubeClient } from "../../../kube/client";
import type { CheckFailure } from "../../base";
import { CRD_MANAGER, CRDS, groupOf } from "./crds";

const remedy = "delete it first, choose another cluster, or set adopt to true to have it taken over";

/**
 * A failure for each group of CRDs and each namespace that exists and is not the stack's. The stack would take them over, and delete them
 * in the end, with everything that others keep in them.
 * @param crds - names of CRDs that are new to the stack
 * @param namespaces - likewise
 * @param knownGroups - groups of which the stack has CRDs; programs may have added some of their own to them
 */
export async function foreignFailures(
  client: KubeClient,
  crds: readonly string[],
  namespaces: readonly string[],
  knownGroups: readonly string[],
): Promise<CheckFailure[]> {
  const [liveCrds, liveNamespaces] = await Promise.all([
    client.listMetadata(CRDS),
    client.listMetadata("/api/v1/namespaces"),
  ]);
  const ownCrds = liveCrds.filter(({ metadata }) =>
    metadata.managedFields?.some(({ manager }) => manager === CRD_MANAGER),
  );
  const ownGroups = new Set([...knownGroups, ...ownCrds.map(({ metadata }) => groupOf(metadata.name))]);
  const foreignCrds = liveCrds
    .map(({ metadata }) => metadata.name)
    .filter((name) => crds.includes(name) && !ownGroups.has(groupOf(name)));
  const foreignNamespaces = liveNamespaces
    // A Profile's namespace is the platform's, whoever created the Profile.
    .filter(({ metadata }) => !metadata.ownerReferences?.some(({ kind }) => kind === "Profile"))
    .flatMap(({ metadata }) => (namespaces.includes(metadata.name) ? [metadata.name] : []));
  return [
    ...[...Map.groupBy(foreignCrds, groupOf)].map(([group, names]) => ({
      property: `versions["${names[0]}"]`,
      reason:
        `the cluster has kinds of ${group} already (${names.length}, such as ${names[0]}) that are not this stack's. ` +
        `The stack would take them over, and delete them with all their objects in the end: ${remedy}`,
    })),
    ...foreignNamespaces.map((name) => ({
      property: "namespaces",
      reason:
        `the cluster has a namespace ${name} already that is not this stack's. The stack would take it over, and delete it ` +
        `with everything in it in the end: ${remedy}`,
    })),
  ];
}
