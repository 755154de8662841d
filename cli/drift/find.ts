import { UserError } from "../errors";
import { Paths, type ClusterApi } from "./cluster";
import { differences } from "./compare";
import type { Declared, KubeObject } from "./declared";
import { isController, ownedFields, ownerOf, type Owner } from "./owners";

/** One way in which the cluster departs from what is declared. */
export interface Drift {
  readonly urn: string;
  readonly object: KubeObject;
  readonly change: "deleted" | "changed" | "added" | "re-owned";
  /** JSON pointer of the field; empty for the whole object. */
  readonly path: string;
  readonly declared?: unknown;
  readonly live?: unknown;
  readonly owner?: Owner;
  /** Whether the values are secret. */
  readonly isSecret: boolean;
}

/**
 * Compares every declared object with the live one.
 * @throws UnreachableError when the cluster does not answer
 */
export async function findDrift(declared: readonly Declared[], api: ClusterApi): Promise<Drift[]> {
  const paths = new Paths(api);
  const live = await liveObjects(declared, api, paths);
  const found = declared.map((one) => ({ one, drifts: compareOne(one, live.get(key(one.object))) }));
  const confirmed = await Promise.all(
    found.map(async ({ one, drifts }) =>
      drifts.some(({ change }) => change === "changed")
        ? confirm(one, drifts, live.get(key(one.object)), api, paths)
        : drifts,
    ),
  );
  return confirmed.flat();
}

const key = ({ apiVersion, kind, metadata }: KubeObject): string =>
  `${apiVersion}/${kind}/${metadata.namespace ?? ""}/${metadata.name}`;

/** The live objects of every kind that is declared: a list for each kind is fewer requests than one for each object. */
async function liveObjects(
  declared: readonly Declared[],
  api: ClusterApi,
  paths: Paths,
): Promise<Map<string, KubeObject>> {
  const kinds = new Map(declared.map(({ object }) => [`${object.apiVersion} ${object.kind}`, object]));
  const found = new Map<string, KubeObject>();
  await Promise.all(
    [...kinds.values()].map(async ({ apiVersion, kind }) => {
      const path = await paths.list(apiVersion, kind);
      if (path === undefined) return;
      const { status, body } = await api.request("GET", path);
      if (status !== 200)
        throw new UserError(`The cluster answers ${status} to ${path}; the kubeconfig must be an administrator's.`);
      for (const item of (body as { items: KubeObject[] }).items) {
        const object = { ...item, apiVersion, kind };
        found.set(key(object), object);
      }
    }),
  );
  return found;
}

/** What can be told of one object from the list alone; values that only look different are sorted out by `confirm`. */
export function compareOne(one: Declared, live: KubeObject | undefined): Drift[] {
  const { urn, object } = one;
  if (live === undefined || live.metadata.deletionTimestamp !== undefined)
    return [{ urn, object, change: "deleted", path: "", isSecret: false }];
  const entries = live.metadata.managedFields ?? [];
  const hidden = (path: string) => [...one.secrets].some((secret) => path === secret || path.startsWith(`${secret}/`));
  const changed = differences(comparable(object), live).map(({ path, declared, live: value }): Drift => {
    const owner = ownerOf(
      path,
      live,
      entries.filter(({ manager }) => manager !== one.manager),
    );
    return {
      urn,
      object,
      change: "changed",
      path,
      declared,
      live: value,
      isSecret: hidden(path),
      ...(owner && { owner }),
    };
  });
  if (one.isPatch) return changed;
  const others = entries.filter(
    ({ manager = "", subresource }) =>
      manager !== one.manager &&
      !manager.startsWith("pulumi-kubernetes") &&
      subresource !== "status" &&
      !isController(manager),
  );
  const added = others
    .flatMap((entry) => ownedFields(live, entry))
    .filter(({ path }) => !isDeclared(object, path) && !changed.some((drift) => drift.path === path))
    .map(({ path, value, owner }): Drift => ({
      urn,
      object,
      change: "added",
      path,
      live: value,
      owner,
      isSecret: hidden(path),
    }));
  // Of an object that is declared by its name alone, nobody's fields are kept.
  const isOurs =
    one.manager === undefined || !hasFields(object) || entries.some(({ manager }) => manager === one.manager);
  const owner = ownerOf("", live, others);
  const reowned: Drift[] = isOurs
    ? []
    : [{ urn, object, change: "re-owned", path: "", isSecret: false, ...(owner && { owner }) }];
  return [...changed, ...added, ...reowned];
}

function hasFields({ apiVersion: _version, kind: _kind, metadata, ...rest }: KubeObject): boolean {
  const { name: _name, namespace: _namespace, ...more } = metadata;
  return differences({ ...rest, metadata: more }, {}).length > 0;
}

/** What the API server keeps in another form than it is declared in. */
function comparable(object: KubeObject): KubeObject {
  if (object.kind !== "Secret") return object;
  const { stringData, ...rest } = object;
  const encoded = Object.entries((stringData ?? {}) as Record<string, string>).map(([name, text]): [string, string] => [
    name,
    Buffer.from(text).toString("base64"),
  ]);
  return { ...rest, data: { ...(object["data"] ?? {}), ...Object.fromEntries(encoded) } };
}

function isDeclared(object: unknown, path: string): boolean {
  let at: unknown = object;
  for (const part of path.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return true; // declared as a whole
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(at) ? Number(name) >= at.length : !(name in at)) return false;
    at = Reflect.get(at, name);
  }
  return true;
}

/**
 * Asks the API server what applying the declared object would change, without doing it. Only it knows every default and
 * every form it rewrites values to, so what it would leave alone is no drift.
 */
async function confirm(
  one: Declared,
  drifts: Drift[],
  live: KubeObject | undefined,
  api: ClusterApi,
  paths: Paths,
): Promise<Drift[]> {
  const path = await paths.one(one.object);
  if (path === undefined || live === undefined) return drifts;
  const query = `?dryRun=All&force=true&fieldManager=${encodeURIComponent(one.manager ?? "kubeflow-stack")}`;
  const { status, body } = await api.request("PATCH", path + query, one.object, "application/apply-patch+yaml");
  // An object that may not be changed this way (a finished Job's template) is left to the plain comparison.
  if (status !== 200) return drifts;
  const applied = body as KubeObject;
  return drifts.filter(
    (drift) =>
      drift.change !== "changed" || JSON.stringify(at(applied, drift.path)) !== JSON.stringify(at(live, drift.path)),
  );
}

function at(object: unknown, path: string): unknown {
  return path
    .split("/")
    .slice(1)
    .reduce<unknown>((value, part) => {
      const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
      if (typeof value !== "object" || value === null) return undefined;
      if (Array.isArray(value) && !/^\d+$/.test(name))
        return value.find((item: unknown) => Object.values(item as object).includes(name)) as unknown;
      return Reflect.get(value, name);
    }, object);
}
