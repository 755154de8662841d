import { setTimeout as pause } from "node:timers/promises";
import { UserError } from "../engine/errors";
import { say } from "../engine/say";
import type { Place } from ".";
import { Paths, type ClusterApi } from "./cluster";
import { type Declared } from "./declared";
import { identity } from "../kube/object";
import { findDrift } from "./find";
import type { Drift } from "./judge";
import { liveObject } from "./live";
import { nameOf, printDrift } from "./print";
import { restore } from "./restore";

/** Seconds to wait for an object that somebody deleted and that is not gone yet. */
const PATIENCE = 300;

/** What is deleted may take others with it, and an object whose owners were forgotten is whole only after the second time. */
const ROUNDS = 3;

/**
 * Makes what is in the cluster what is declared.
 * @returns the URNs of the resources that the state must be told of: what is gone, what can only be made anew, what has to become ready again
 * @throws UserError when something that was deleted does not go
 */
export async function healCluster({ declared, api }: Place): Promise<string[]> {
  const paths = new Paths(api);
  const told = new Set<string>();
  const seen = new Set<string>();
  for (let round = 1; round <= ROUNDS; round++) {
    const drifts = (await findDrift(declared, api)).filter((drift) => !isDone(drift, told));
    if (drifts.length === 0) break;
    for (const line of drifts.map(printDrift).filter((one) => !seen.has(one))) {
      seen.add(line);
      say(`healing ${line}`);
    }
    const byObject = Map.groupBy(drifts, ({ urn, object }) => `${urn} ${identity(object)}`);
    const healed = await Promise.all(
      declared.map(async (one) => {
        const own = byObject.get(`${one.urn} ${identity(one.object)}`) ?? [];
        return own.length > 0 && (await healOne(one, own, api, paths)) ? [one.urn] : [];
      }),
    );
    for (const urn of healed.flat()) told.add(urn);
  }
  return [...told];
}

/** Whether nothing is left to do in the cluster: the rest is for the state to be told. */
const isDone = ({ urn, change, path }: Drift, told: ReadonlySet<string>): boolean =>
  told.has(urn) && path === "" && (change === "deleted" || change === "re-owned");

/** Heals one object; answers whether the state must be told of it. */
async function healOne(one: Declared, drifts: readonly Drift[], api: ClusterApi, paths: Paths): Promise<boolean> {
  const isRestored = await restore(one, api, paths);
  if (drifts.some(({ path }) => path === "/metadata/deletionTimestamp")) await untilGone(one, api, paths);
  return !isRestored || isAwaited(one) || drifts.some(({ path, change }) => path === "" && change === "re-owned");
}

/** Kinds that are ready some time after they were written; the state's refresh notes those that are not, and `up` waits for them. */
const awaited = /^(Deployment|StatefulSet|DaemonSet|CustomResourceDefinition)$/;

function isAwaited({ object }: Declared): boolean {
  const annotations = Object(object.metadata["annotations"]) as Record<string, unknown>;
  return (
    annotations["pulumi.com/skipAwait"] !== "true" && (awaited.test(object.kind) || "pulumi.com/waitFor" in annotations)
  );
}

async function untilGone(one: Declared, api: ClusterApi, paths: Paths): Promise<void> {
  const deadline = Date.now() + PATIENCE * 1000;
  for (let tries = 0; ; tries++) {
    const live = await liveObject(one.object, api, paths);
    if (live?.metadata.deletionTimestamp === undefined) return;
    const { finalizers } = live.metadata;
    const waits = Array.isArray(finalizers) && finalizers.length > 0 ? finalizers.join(", ") : "what is in it to go";
    if (Date.now() > deadline)
      throw new UserError(
        `${nameOf(one.object)} was deleted by somebody and is not gone after ${PATIENCE} s: it waits for ${waits}; ` +
          "start the controller that takes that away, or take it away yourself, and run npm run up again.",
      );
    if (tries === 3) say(`waiting for ${nameOf(one.object)} to go, which waits for ${waits}`);
    await pause(1000);
  }
}
