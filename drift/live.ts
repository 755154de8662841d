import { METADATA_LIST } from "../kube/mediaTypes";
import { refused, type ClusterApi, type Paths } from "./cluster";
import { identity, type KubeObject } from "../kube/object";

/** Objects as the cluster has them. */
export interface Live {
  readonly object: KubeObject;
  /** Whether it is without its body: only the metadata was asked for. */
  readonly isMetadata: boolean;
}

/** CRDs are megabytes in all; whether anything happened to one, its metadata says. */
export const isHeavy = (kind: string): boolean => kind === "CustomResourceDefinition";

/**
 * The live objects of every kind among `objects`, by identity: a list for each kind is fewer requests than one for each object.
 * @throws UserError when the cluster refuses to tell
 */
export async function liveObjects(
  objects: readonly KubeObject[],
  api: ClusterApi,
  paths: Paths,
): Promise<Map<string, Live>> {
  const kinds = new Map(objects.map((object) => [`${object.apiVersion} ${object.kind}`, object]));
  const found = new Map<string, Live>();
  await Promise.all(
    [...kinds.values()].map(async ({ apiVersion, kind }) => {
      const path = await paths.list(apiVersion, kind);
      if (path === undefined) return;
      const isMetadata = isHeavy(kind);
      const { status, body } = await api.request(
        "GET",
        path,
        undefined,
        undefined,
        isMetadata ? METADATA_LIST : undefined,
      );
      // The kind went away between its being asked for and its being listed.
      if (status === 404) return;
      if (status !== 200) throw refused(status, path);
      for (const item of (body as { items: KubeObject[] | null }).items ?? []) {
        const object = { ...item, apiVersion, kind };
        found.set(identity(object), { object, isMetadata });
      }
    }),
  );
  return found;
}

/** An object with its body; undefined when it is gone. */
export async function liveObject(object: KubeObject, api: ClusterApi, paths: Paths): Promise<KubeObject | undefined> {
  const path = await paths.one(object);
  if (path === undefined) return undefined;
  const { status, body } = await api.request("GET", path);
  if (status === 404) return undefined;
  if (status !== 200) throw refused(status, path);
  return body as KubeObject;
}
