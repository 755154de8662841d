/** `kubeflow-stack:manifests:CrdSet`: CRDs whose bodies are not in the state. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { sharedClient, type KubeClient } from "../../../kube/client";
import { type Context, type DiffResult, InitializationError, type Kind, isUnknown } from "../../base";
import { ifReachable, waitUntilNoneMissing } from "./cluster";
import {
  type AppliedCrd,
  type CrdBody,
  applyCrd,
  deleteCrd,
  driftOf,
  liveCrds,
  servedVersionsOf,
  uidOf,
  unservedCrds,
} from "./crds";

interface CrdPin {
  digest: string;
  versions: string[];
}

interface CrdSetInputs {
  kubeconfig: string;
  /** The file with the bodies. Its path differs between machines, so a change of it is no change. */
  bodies: string;
  crds: Record<string, CrdPin>;
}

interface CrdSetState extends CrdSetInputs {
  /** What each CRD was right after it was applied, by name. */
  applied: Record<string, AppliedCrd>;
}

/** How many CRDs are applied at once: each makes the API server rebuild what it serves. */
const CONCURRENCY = 4;

export const crdSet: Kind<CrdSetInputs, CrdSetState> = {
  type: "kubeflow-stack:manifests:CrdSet",
  outputs: ["applied"],

  async diff(_id, state, oldInputs, news, ctx): Promise<DiffResult> {
    if (isUnknown(news.kubeconfig)) return { changes: true, detailed: { kubeconfig: "update" } };
    const detailed: DiffResult["detailed"] = {};
    const path = (name: string) => `crds["${name}"]`;
    for (const name of Object.keys(oldInputs.crds)) if (!news.crds[name]) detailed[path(name)] = "delete";
    for (const [name, pin] of Object.entries(news.crds)) {
      const old = oldInputs.crds[name];
      if (!old) detailed[path(name)] = "add";
      else if (old.digest !== pin.digest || state.applied[name] === undefined) detailed[path(name)] = "update";
    }
    if (news.kubeconfig !== oldInputs.kubeconfig) detailed["kubeconfig"] = "update";
    const drifted = await ifReachable(ctx, async () => drift(news, state.applied));
    for (const { name, what } of drifted ?? []) {
      ctx.log("info", `${name} ${what} in the cluster`);
      detailed[path(name)] ??= "update";
    }
    return { changes: Object.keys(detailed).length > 0, detailed };
  },

  async create(inputs, ctx) {
    const state = await apply(inputs, Object.keys(inputs.crds), {}, ctx);
    return { id: ctx.name, state };
  },

  async read(id, inputs, state, ctx) {
    if (!inputs || !state) return undefined;
    // Read before the comparison: a change in between is reported by the next run.
    const live = await liveCrds(sharedClient(inputs.kubeconfig));
    const drifted = new Map((await drift(inputs, state.applied)).map(({ name, what }) => [name, what]));
    for (const [name, what] of drifted) ctx.log("info", `${name} ${what} in the cluster`);
    if (drifted.size === Object.keys(inputs.crds).length && [...drifted.values()].every((what) => what === "is gone")) {
      return undefined;
    }
    const crds = Object.fromEntries(Object.entries(inputs.crds).filter(([name]) => !drifted.has(name)));
    // A CRD that somebody changed back or recreated counts as applied.
    const applied = Object.fromEntries(
      Object.entries(state.applied)
        .filter(([name]) => !drifted.has(name))
        .map(([name, was]) => [name, live.get(name) ?? was]),
    );
    return { id, inputs: { ...inputs, crds }, state: { ...state, crds, applied } };
  },

  async update(_id, state, oldInputs, news, ctx) {
    const isOtherCluster = oldInputs.kubeconfig !== news.kubeconfig;
    const drifted = new Set((await drift(news, state.applied)).map(({ name }) => name));
    const isStale = (name: string) =>
      isOtherCluster ||
      drifted.has(name) ||
      oldInputs.crds[name]?.digest !== news.crds[name]?.digest ||
      !state.applied[name];
    const result = await apply(news, Object.keys(news.crds).filter(isStale), state.applied, ctx);
    const dropped = Object.keys(oldInputs.crds).filter((name) => !news.crds[name]);
    if (!isOtherCluster) await removeCrds(news.kubeconfig, dropped, state.applied, ctx);
    return result;
  },

  async delete(_id, state, ctx) {
    await removeCrds(state.kubeconfig, Object.keys(state.crds), state.applied, ctx);
  },
};

/** The CRDs that are no longer what was applied. */
async function drift(
  inputs: CrdSetInputs,
  applied: Record<string, AppliedCrd>,
): Promise<{ name: string; what: string }[]> {
  const client = sharedClient(inputs.kubeconfig);
  const live = await liveCrds(client);
  const suspects = Object.keys(inputs.crds).filter(
    (name) => applied[name] !== undefined && !isAsApplied(live.get(name), applied[name]),
  );
  if (suspects.length === 0) return [];
  const found = await Promise.all(
    suspects.map(async (name) => ({
      name,
      what: live.has(name) ? await changeOf(client, inputs, name) : "is gone",
    })),
  );
  return found.flatMap(({ name, what }) => (what === undefined ? [] : [{ name, what }]));
}

/** How a CRD that somebody touched differs. A machine that has not rendered the manifests does not know what it should be. */
async function changeOf(client: KubeClient, inputs: CrdSetInputs, name: string): Promise<string | undefined> {
  return existsSync(inputs.bodies) ? driftOf(client, name, await body(inputs, name)) : "may have been changed";
}

function isAsApplied(live: AppliedCrd | undefined, applied: AppliedCrd | undefined): boolean {
  return (
    live !== undefined && applied !== undefined && live.uid === applied.uid && live.generation === applied.generation
  );
}

async function apply(
  inputs: CrdSetInputs,
  names: string[],
  before: Record<string, AppliedCrd>,
  ctx: Context,
): Promise<CrdSetState> {
  const client = sharedClient(inputs.kubeconfig);
  const applied: Record<string, AppliedCrd> = Object.fromEntries(
    Object.entries(before).filter(([name]) => inputs.crds[name] !== undefined),
  );
  const live = await liveCrds(client);
  const queue = [...names];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      ctx.signal.throwIfAborted();
      ctx.status(`applying ${name}`);
      // A CRD that is being deleted accepts changes and is deleted with them.
      if (!live.has(name)) await waitUntilDeleted(client, { [name]: undefined }, ctx);
      applied[name] = await applyCrd(client, await body(inputs, name));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  const bodies = new Map(await Promise.all(names.map(async (name) => [name, await body(inputs, name)] as const)));
  const served = (name: string): string[] => servedVersionsOf(bodies.get(name));
  let unready = names;
  const missing = await waitUntilNoneMissing(ctx, async () => {
    unready = await unservedCrds(client, unready, served);
    return unready.map((name) => `${name} to be served`);
  });
  const state = { ...inputs, applied };
  if (missing.length > 0) {
    const reasons = unready.map(
      (name) => `${name} is not Established: see its conditions with kubectl describe crd ${name}`,
    );
    throw new InitializationError("Not all CRDs are served.", ctx.name, state, reasons, inputs);
  }
  return state;
}

/** Deletes CRDs. One that somebody recreated under the same name is not the stack's, and stays. */
async function removeCrds(
  kubeconfig: string,
  names: readonly string[],
  applied: Readonly<Record<string, AppliedCrd>>,
  ctx: Context,
): Promise<void> {
  const client = sharedClient(kubeconfig);
  const uids = Object.fromEntries(names.map((name) => [name, applied[name]?.uid]));
  await Promise.all(names.map((name) => deleteCrd(client, name, uids[name])));
  await waitUntilDeleted(client, uids, ctx);
}

/** @param uids - the uid of each CRD, by name; `undefined` for whichever has the name */
async function waitUntilDeleted(
  client: KubeClient,
  uids: Readonly<Record<string, string | undefined>>,
  ctx: Context,
): Promise<void> {
  let rest = Object.keys(uids);
  await waitUntilNoneMissing(ctx, async () => {
    const found = await Promise.all(rest.map((name) => uidOf(client, name)));
    rest = rest.filter((name, index) => found[index] !== undefined && (uids[name] ?? found[index]) === found[index]);
    return rest.map((name) => `the deletion of ${name}`);
  });
  if (rest.length > 0)
    throw new Error(
      `${rest.length} CRDs are not deleted, such as ${rest[0]}: objects of that kind have finalizers whose controller is gone; ` +
        `remove the finalizers and run again.`,
    );
}

const loaded = new Map<string, Promise<Record<string, CrdBody>>>();

/** A CRD's body from the file. @throws when it is not the pinned one */
async function body(inputs: CrdSetInputs, name: string): Promise<CrdBody> {
  let file = loaded.get(inputs.bodies);
  if (!file) {
    file = readFile(inputs.bodies, "utf8").then((text) => JSON.parse(text) as Record<string, CrdBody>);
    loaded.set(inputs.bodies, file);
  }
  const found = (await file)[name];
  const digest = createHash("sha256")
    .update(JSON.stringify(found) ?? "")
    .digest("hex");
  if (found === undefined || digest !== inputs.crds[name]?.digest) {
    throw new Error(
      `${inputs.bodies} does not hold the pinned ${name}: delete that file, and the next run renders it again.`,
    );
  }
  return found;
}
