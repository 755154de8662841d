/**
 * `kubeflow-stack:manifests:Leftovers`: when it is deleted, deletes objects that programs of a product created in namespaces that stay.
 * Creates nothing in the cluster.
 */
import { sharedClient, type KubeClient } from "../../../kube/client";
import { objectPath } from "../../../kube/discovery";
import { undefinedIfNotFound } from "../../../kube/errors";
import { rootOf, type KubeObject } from "../../../kube/object";
import { remove } from "../../../kube/objects";
import type { Kind } from "../../base";

/** Objects of one name in any namespace, whose labels say who created them. */
interface Orphan {
  apiVersion: string;
  plural: string;
  name: string;
  labels: Record<string, string>;
}

interface OrphanCleanupInputs {
  kubeconfig: string;
  objects: Orphan[];
}

export const orphanCleanup: Kind<OrphanCleanupInputs, OrphanCleanupInputs> = {
  type: "kubeflow-stack:manifests:Leftovers",
  outputs: [],

  create: (inputs, ctx) => Promise.resolve({ id: ctx.name, state: inputs }),

  update: (_id, _state, _oldInputs, news) => Promise.resolve(news),

  async delete(_id, { kubeconfig, objects }) {
    const client = sharedClient(kubeconfig);
    for (const object of objects) await removeAll(client, object);
  },
};

async function removeAll(client: KubeClient, { apiVersion, plural, name, labels }: Orphan): Promise<void> {
  const root = rootOf(apiVersion);
  const labelSelector = Object.entries(labels)
    .map((pair) => pair.join("="))
    .join(",");
  const query = { fieldSelector: `metadata.name=${name}`, labelSelector };
  const found = await undefinedIfNotFound<readonly KubeObject[]>(client.list(`${root}/${plural}`, { query }));
  for (const { metadata } of found ?? [])
    await remove(client, objectPath({ root, plural }, name, metadata.namespace), {
      ...(metadata.uid !== undefined && { uid: metadata.uid }),
    });
}
