/**
 * ClusterRoles that Kubernetes makes anew behind a deletion: its controller writes the rules of an aggregated role by server-side apply, and one
 * that it was about to write when the role was deleted makes another, which nobody owns.
 */
import { MERGE_PATCH } from "../kube/mediaTypes";
import { connect, refused, UnreachableError, type ClusterApi } from "./cluster";
import { declaredObjects, providerKubeconfig } from "./declared";
import { type KubeObject } from "../kube/object";
import type { Session } from "../engine/session";
import { exportStack } from "../engine/stack";

const CONTROLLER = "clusterrole-aggregation-controller";
const ROLES = "/apis/rbac.authorization.k8s.io/v1/clusterroles";

/**
 * Has Kubernetes fill a stack's aggregated roles no more, before the stack is taken down; an `up` has it fill them again. On a local node
 * nothing is done: that goes as a whole.
 * @returns what takes those away that are there again all the same, once the stack is gone
 */
export async function stopAggregation({ options, pulumi }: Session): Promise<() => Promise<void>> {
  const nothing = () => Promise.resolve();
  const deployment = await exportStack(options, pulumi, true);
  const kubeconfig = providerKubeconfig(deployment);
  const isLocal = deployment.deployment.resources?.some(({ type }) => type === "kubeflow-stack:cluster:LocalNode");
  if (kubeconfig === undefined || isLocal === true) return nothing;
  const names = declaredObjects(deployment)
    .filter(({ object }) => object.kind === "ClusterRole" && "aggregationRule" in object)
    .map(({ object }) => object.metadata.name);
  if (names.length === 0) return nothing;
  const onCluster = async (change: (api: ClusterApi, names: readonly string[]) => Promise<void>) => {
    const api = await connect(kubeconfig);
    try {
      await change(api, names);
    } catch (error) {
      // Of a cluster that is not there Pulumi tells, and may be told to go on without.
      if (!(error instanceof UnreachableError)) throw error;
    } finally {
      api.close();
    }
  };
  await onCluster(dropAggregation);
  return () => onCluster(removeRemade);
}

/** Takes the rule of aggregation off the roles that are there. What they were filled with stays. */
export async function dropAggregation(api: ClusterApi, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const path = `${ROLES}/${name}`;
    const { status } = await api.request("PATCH", path, { aggregationRule: null }, MERGE_PATCH);
    if (status >= 300 && status !== 404) throw refused(status, path);
  }
}

/** Deletes those of the roles that are there and that the controller alone has written. */
export async function removeRemade(api: ClusterApi, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const path = `${ROLES}/${name}`;
    const { status, body } = await api.request("GET", path);
    if (status !== 200) continue;
    const { managedFields = [] } = (body as KubeObject).metadata;
    if (managedFields.length === 0 || managedFields.some(({ manager }) => manager !== CONTROLLER)) continue;
    const answer = await api.request("DELETE", path);
    if (answer.status >= 300 && answer.status !== 404) throw refused(answer.status, path);
  }
}
