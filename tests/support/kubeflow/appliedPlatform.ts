import { readFileSync } from "node:fs";
import { Paths, type ClusterApi } from "../../../drift/cluster";
import { APPLY_PATCH } from "../../../kube/mediaTypes";
import type { Declared } from "../../../drift/declared";
import type { KubeObject } from "../../../kube/object";
import { type PlatformChoice, loadPlatformManifests } from "../../../infra/platform";
import { until } from "../machine/until";

/**
 * Puts a profile's objects into a cluster as the stack's providers write them, each under a field manager of its own, with no engine.
 * @returns what is declared, as drift reads it from a state
 */
export async function applyPlatform(api: ClusterApi, choice: PlatformChoice): Promise<Declared[]> {
  const { products, manifests } = await loadPlatformManifests(choice);
  const sets = products.flatMap(({ name }) => manifests[name] ?? []);
  const declared: Declared[] = [];
  const apply = async (object: KubeObject, manager: string, urn: string) =>
    declared.push(
      await applyAgain(api, { urn, object, manager, managers: new Set([manager]), isPatch: false, secrets: new Set() }),
    );
  for (const { bodies, crds, name } of sets) {
    if (crds.length === 0) continue;
    const all = JSON.parse(readFileSync(bodies, "utf8")) as Record<string, KubeObject>;
    for (const crd of crds) {
      const body = all[crd.name];
      if (body) await apply(body, "kubeflow-stack", `crds::${name}`);
    }
  }
  const order = (kind: string) => (kind === "Namespace" ? 0 : 1);
  const objects = sets.flatMap((set) => set.objects as unknown as KubeObject[]);
  for (const object of objects.toSorted((a, b) => order(a.kind) - order(b.kind))) {
    const manager = `pulumi-kubernetes-${declared.length}`;
    await apply(object, manager, `objects::${declared.length}`);
  }
  return declared;
}

/**
 * Applies what is declared, as the stack would.
 * @returns the same, with the identity of the object as it is now
 */
export async function applyAgain(api: ClusterApi, one: Declared): Promise<Declared> {
  const { object, manager = "" } = one;
  // The kind of a custom resource is known a moment after its definition.
  const path = await until(`a path of ${object.kind}`, () => new Paths(api).one(object));
  const query = `?fieldManager=${manager}&force=true`;
  const live = await until(`${object.kind} ${object.metadata.name} to be applied`, async () => {
    const { status, body } = await api.request("PATCH", path + query, object, APPLY_PATCH);
    if (status > 201) throw new Error(JSON.stringify(body).slice(0, 300));
    return body as KubeObject;
  });
  const { uid, generation } = live.metadata;
  const isCrd = object.kind === "CustomResourceDefinition";
  return { ...one, uid: String(uid), made: live, ...(isCrd && { generation: Number(generation) }) };
}
