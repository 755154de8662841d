import type { Paths, ClusterApi } from "../../cli/drift/cluster";
import { identity } from "../../cli/drift/declared";
import type { Drift } from "../../cli/drift/judge";
import { liveObject } from "../../cli/drift/live";
import { touches } from "../../cli/drift/pointer";
import { type Mutation, mutatedPaths } from "./mutations";

/**
 * What drift says wrongly of a cluster in which objects were mutated and nothing else: a sentence for each mutated field that it does not
 * tell of, and for each field that it tells of although nobody touched it.
 * @param mutations - at most one for each object
 */
export async function misreports(
  { api, paths }: { api: ClusterApi; paths: Paths },
  mutations: readonly Mutation[],
  drifts: readonly Drift[],
): Promise<string[]> {
  const byObject = Map.groupBy(drifts, ({ object }) => identity(object));
  const mutated = new Set(mutations.map((mutation) => mutation.identity));
  const invented = drifts
    .filter(({ object }) => !mutated.has(identity(object)))
    .map(({ object, path, change }) => `${identity(object)}: nobody touched ${path} (${change})`);
  const wrong = await Promise.all(
    mutations.map(async ({ identity: name, what, isWhole, before }) => {
      const found = byObject.get(name) ?? [];
      if (isWhole) return found.length > 0 ? [] : [`${name}: somebody ${what}, and nothing is told of it`];
      const now = await liveObject(before, api, paths);
      const touched = now ? mutatedPaths(before, now) : [];
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
