/** What is in a cluster already under the names that a stack is going to use, and is somebody else's. */
import type { CheckFailure } from "../../base";
import type { KubernetesApi } from "./kubernetesApi";

interface Listed {
  items: { metadata: { name: string; managedFields?: { manager?: string }[] } }[] | null;
}

/** Who writes a stack's objects: our own kinds, and the Kubernetes provider by a name of its own for each. */
const own = /^(kubeflow-stack|pulumi-kubernetes.*)$/;

const accept = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/** Of these names, those that are there, each with whether a stack has made it. */
async function present(api: KubernetesApi, path: string, wanted: ReadonlySet<string>): Promise<Map<string, boolean>> {
  const { items } = (await api.call("GET", path, { accept })) as Listed;
  const found = (items ?? []).filter(({ metadata }) => wanted.has(metadata.name));
  return new Map(
    found.map(({ metadata: { name, managedFields = [] } }) => [
      name,
      managedFields.some(({ manager = "" }) => own.test(manager)),
    ]),
  );
}

const remedy = "take it out of the cluster first, choose another cluster, or set adopt to true to have it taken over";

/**
 * A failure for each group of CRDs and each namespace that is there and that no stack has made: applied to, they would be taken over, and deleted
 * with the stack, with all that others keep in them.
 */
export async function foreignFailures(
  api: KubernetesApi,
  crds: readonly string[],
  namespaces: readonly string[],
): Promise<CheckFailure[]> {
  const [thereCrds, thereNamespaces] = await Promise.all([
    present(api, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", new Set(crds)),
    present(api, "/api/v1/namespaces", new Set(namespaces)),
  ]);
  const groups = new Map<string, string[]>();
  // Programs add kinds of their own to a group that a stack has made.
  const ownGroups = new Set([...thereCrds].filter(([, isOwn]) => isOwn).map(([name]) => groupOf(name)));
  for (const name of thereCrds.keys())
    if (!ownGroups.has(groupOf(name))) groups.set(groupOf(name), [...(groups.get(groupOf(name)) ?? []), name]);
  const strangers = [...thereNamespaces].filter(([, isOwn]) => !isOwn).map(([name]) => name);
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

const groupOf = (crd: string): string => crd.slice(crd.indexOf(".") + 1);
