/**
 * Objects that an interrupted run was creating. The engine does not know whether they exist, and creates them again. The official
 * provider writes each as a new field manager, which server-side apply holds to be a conflict where the API server has filled in a
 * default, such as the `apiVersion` of a `fieldRef`. So the manager of the interrupted run gives up its fields first.
 */
import type { Session } from "../engine/session";
import { exportStack, type Deployment, type StateResource } from "../engine/stack";
import { KubeClient } from "../kube/client";
import { Discovery } from "../kube/discovery";
import { ApiError, undefinedIfNotFound, UnreachableError } from "../kube/errors";
import { JSON_PATCH } from "../kube/mediaTypes";
import { isKubeObject, type KubeObject, type ManagedFieldsEntry } from "../kube/object";
import { providerKubeconfig, unwrap } from "./declared";

/** The name that the provider generates for the manager of each object. */
const generated = /^pulumi-kubernetes-[0-9a-f]{8}$/;

/** How often to try again when somebody else writes to the object at the same time. */
const ATTEMPTS = 5;

/**
 * Takes the field managers of an interrupted run off the objects that it was creating.
 * @returns whether it is done; not so while the cluster does not answer
 */
export async function releaseUnfinishedCreates({ options, pulumi }: Session): Promise<boolean> {
  const deployment = await exportStack(options, pulumi, true);
  const kubeconfig = providerKubeconfig(deployment);
  const objects = unfinishedObjects(deployment);
  if (kubeconfig === undefined || objects.length === 0) return true;
  const client = new KubeClient(kubeconfig);
  try {
    const discovery = new Discovery(client);
    for (const object of objects) await releaseManagers(object, client, discovery);
    return true;
  } catch (error) {
    if (error instanceof UnreachableError) return false;
    throw error;
  } finally {
    client.close();
  }
}

/** The objects of a deployment's pending creates. */
export function unfinishedObjects({ deployment }: Deployment): KubeObject[] {
  const pending = (deployment.pending_operations ?? []) as { type?: string; resource?: StateResource }[];
  return pending.flatMap(({ type, resource }) => {
    // A `*Patch` resource writes to an object of somebody else's.
    if (type !== "creating" || !resource?.type.startsWith("kubernetes:") || resource.type.endsWith("Patch")) return [];
    const object = unwrap(resource.inputs, new Set());
    return isKubeObject(object) ? [object] : [];
  });
}

async function releaseManagers(object: KubeObject, client: KubeClient, discovery: Discovery): Promise<void> {
  const path = await discovery.findPath(object);
  if (path === undefined) return;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const live = await undefinedIfNotFound<KubeObject>(client.request("GET", path));
    const entries = live?.metadata.managedFields ?? [];
    const kept = entries.filter((entry) => !isGenerated(entry));
    if (!live || kept.length === entries.length) return;
    const body = [
      // An empty list would be ignored; a list with one empty entry clears the record.
      { op: "replace", path: "/metadata/managedFields", value: kept.length > 0 ? kept : [{}] },
      // Fails if somebody else was quicker, rather than undo what they wrote.
      { op: "replace", path: "/metadata/resourceVersion", value: live.metadata.resourceVersion },
    ];
    try {
      await client.request("PATCH", path, { body, contentType: JSON_PATCH });
      return;
    } catch (error) {
      const isRace = error instanceof ApiError && (error.status === 409 || error.status === 404);
      if (!isRace) throw error;
    }
  }
}

const isGenerated = ({ manager = "", operation }: ManagedFieldsEntry): boolean =>
  operation === "Apply" && generated.test(manager);
