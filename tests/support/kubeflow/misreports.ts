import type { Paths, ClusterApi } from "../../../drift/cluster";
import { identity } from "../../../kube/object";
import type { Drift } from "../../../drift/judge";
import type { DriftRecord } from "../../../drift/print";
import { liveObject } from "../../../drift/live";
import { touches } from "../../../kube/pointer";
import { type Mutation, mutatedPaths } from "./mutations";

/** What drift tells of one field of an object, or of the whole. */
export interface Told {
  readonly identity: string;
  readonly change: Drift["change"];
  readonly path: string;
}

/** What the CLI tells with `--json`. */
export const toldBy = (records: readonly DriftRecord[]): Told[] =>
  records.map(({ apiVersion, kind, namespace, name, change, path }) => {
    const metadata = { name, ...(namespace !== undefined && { namespace }) };
    return { identity: identity({ apiVersion, kind, metadata }), change, path };
  });

/** What `findDrift` tells. */
export const toldOf = (drifts: readonly Drift[]): Told[] =>
  drifts.map(({ object, change, path }) => ({ identity: identity(object), change, path }));

/**
 * What drift says wrongly of a cluster in which objects were mutated and nothing else: a sentence for each mutated field that it does not
 * tell of, and for each field that it tells of although nobody touched it.
 * @param mutations - at most one for each object
 */
export async function misreports(
  { api, paths }: { api: ClusterApi; paths: Paths },
  mutations: readonly Mutation[],
  told: readonly Told[],
): Promise<string[]> {
  const byObject = Map.groupBy(told, (one) => one.identity);
  const mutated = new Set(mutations.map((mutation) => mutation.identity));
  const invented = told
    .filter((one) => !mutated.has(one.identity))
    .map(({ identity: name, path, change }) => `${name}: nobody touched ${path} (${change})`);
  const wrong = await Promise.all(
    mutations.map(async ({ identity: name, what, isWhole, before }) => {
      const found = byObject.get(name) ?? [];
      if (isWhole) return found.length > 0 ? [] : [`${name}: somebody ${what}, and nothing is told of it`];
      const now = await liveObject(before, api, paths);
      // Claimed by an owner that there is not, it was collected.
      if (!now)
        return found.some(({ change }) => change === "deleted") ? [] : [`${name}: it is gone, and that is not told of`];
      const touched = mutatedPaths(before, now);
      const missed = touched.filter((path) => !found.some((drift) => touches(drift.path, path)));
      const surplus = found.filter((drift) => !touched.some((path) => touches(drift.path, path)));
      return [
        ...missed.map((path) => `${name}: somebody ${what}, and ${path} is not told of`),
        ...surplus.map(({ path, change }) => `${name}: somebody ${what}, and ${path} is told of (${change})`),
      ];
    }),
  );
  return [...invented, ...wrong.flat()];
}
