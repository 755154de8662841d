/** `kubeflow-stack:manifests:Leftovers`: deletes what programs made in namespaces that stay. Holds nothing in the cluster. */
import { type Kind } from "../../base";
import { rootOf, undefinedIfNotFound } from "../../../kube";
import { type KubernetesApi, connect } from "./kubernetesApi";

/** Objects of one name, in whatever namespace, that say by their labels who made them. */
interface Leftover {
  apiVersion: string;
  plural: string;
  name: string;
  labels: Record<string, string>;
}

interface LeftoversInputs {
  kubeconfig: string;
  objects: Leftover[];
}

export const leftovers: Kind<LeftoversInputs, LeftoversInputs> = {
  type: "kubeflow-stack:manifests:Leftovers",
  outputs: [],

  create: (inputs, ctx) => Promise.resolve({ id: ctx.name, state: inputs }),

  update: (_id, _state, _oldInputs, news) => Promise.resolve(news),

  async delete(_id, { kubeconfig, objects }) {
    const api = connect(kubeconfig);
    for (const object of objects) await remove(api, object);
  },
};

async function remove(api: KubernetesApi, { apiVersion, plural, name, labels }: Leftover): Promise<void> {
  const root = rootOf(apiVersion);
  const labelSelector = Object.entries(labels)
    .map((pair) => pair.join("="))
    .join(",");
  const query = { fieldSelector: `metadata.name=${name}`, labelSelector };
  const found = await undefinedIfNotFound<{ items: { metadata: { namespace: string } }[] }>(
    api.call("GET", `${root}/${plural}`, { query }),
  );
  for (const { metadata } of found?.items ?? [])
    await undefinedIfNotFound(api.call("DELETE", `${root}/namespaces/${metadata.namespace}/${plural}/${name}`));
}
