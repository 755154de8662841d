/** `kubeflow-stack:manifests:CrdSet`: CRDs whose bodies stay out of the state. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Context, type DiffResult, InitializationError, type Kind, isUnknown } from "../../base";
import {
  type AppliedCrd,
  type CrdBody,
  applyCrd,
  deleteCrd,
  driftOf,
  exists,
  liveCrds,
  servedVersions,
  unserved,
} from "./crdApi";
import { type KubernetesApi, connect, reachable } from "./kubernetesApi";
import { waitUntilNothing } from "./waitFor";

interface CrdPin {
  digest: string;
  versions: string[];
}

interface CrdSetInputs {
  kubeconfig: string;
  /** The file with the bodies. Machines differ in where it lies, so it is compared with nothing. */
  bodies: string;
  crds: Record<string, CrdPin>;
}

interface CrdSetState extends CrdSetInputs {
  /** What each CRD was when it was applied, by name. */
  applied: Record<string, AppliedCrd>;
}

/** At most so many CRDs are sent at once: each makes the API server rebuild what it serves. */
const atOnce = 4;

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
    const drifted = await reachable(ctx, async () => drift(news, state.applied));
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
    // Looked at before it is judged: what changes in between is told of the next time.
    const live = await liveCrds(connect(inputs.kubeconfig));
    const drifted = new Map((await drift(inputs, state.applied)).map(({ name, what }) => [name, what]));
    for (const [name, what] of drifted) ctx.log("info", `${name} ${what} in the cluster`);
    if (drifted.size === Object.keys(inputs.crds).length && [...drifted.values()].every((what) => what === "is gone")) {
      return undefined;
    }
    const crds = Object.fromEntries(Object.entries(inputs.crds).filter(([name]) => !drifted.has(name)));
    // One that somebody put right again, or made anew, is what was applied by now.
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
    const gone = Object.keys(oldInputs.crds).filter((name) => !news.crds[name]);
    if (!isOtherCluster) await remove(news.kubeconfig, gone, ctx);
    return result;
  },

  async delete(_id, state, ctx) {
    await remove(state.kubeconfig, Object.keys(state.crds), ctx);
  },
};

/** The CRDs that are no longer what was applied. */
async function drift(
  inputs: CrdSetInputs,
  applied: Record<string, AppliedCrd>,
): Promise<{ name: string; what: string }[]> {
  const api = connect(inputs.kubeconfig);
  const live = await liveCrds(api);
  const suspects = Object.keys(inputs.crds).filter(
    (name) => applied[name] !== undefined && !isAsApplied(live.get(name), applied[name]),
  );
  if (suspects.length === 0) return [];
  const found = await Promise.all(
    suspects.map(async (name) => ({
      name,
      what: live.has(name) ? await changeOf(api, inputs, name) : "is gone",
    })),
  );
  return found.flatMap(({ name, what }) => (what === undefined ? [] : [{ name, what }]));
}

/** How a CRD that somebody touched differs; what it should be is not known on a machine that has not rendered it. */
async function changeOf(api: KubernetesApi, inputs: CrdSetInputs, name: string): Promise<string | undefined> {
  return existsSync(inputs.bodies) ? driftOf(api, name, await body(inputs, name)) : "may have been changed";
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
  const api = connect(inputs.kubeconfig);
  const applied: Record<string, AppliedCrd> = Object.fromEntries(
    Object.entries(before).filter(([name]) => inputs.crds[name] !== undefined),
  );
  const live = await liveCrds(api);
  const queue = [...names];
  const work = async (): Promise<void> => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      ctx.signal.throwIfAborted();
      ctx.status(`applying ${name}`);
      // One that is on its way out takes changes, and takes them along.
      if (!live.has(name)) await untilGone(api, [name], ctx);
      applied[name] = await applyCrd(api, await body(inputs, name));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const bodies = new Map(await Promise.all(names.map(async (name) => [name, await body(inputs, name)] as const)));
  const served = (name: string): string[] => servedVersions(bodies.get(name));
  let unready = names;
  const lacking = await waitUntilNothing(ctx, async () => {
    unready = await unserved(api, unready, served);
    return unready.map((name) => `${name} to be served`);
  });
  const state = { ...inputs, applied };
  if (lacking.length > 0) {
    const reasons = unready.map(
      (name) => `${name} is not Established: see its conditions with kubectl describe crd ${name}`,
    );
    throw new InitializationError("Not all CRDs are served.", ctx.name, state, reasons, inputs);
  }
  return state;
}

async function remove(kubeconfig: string, names: readonly string[], ctx: Context): Promise<void> {
  const api = connect(kubeconfig);
  await Promise.all(names.map((name) => deleteCrd(api, name)));
  await untilGone(api, names, ctx);
}

async function untilGone(api: KubernetesApi, names: readonly string[], ctx: Context): Promise<void> {
  const lacking = await waitUntilNothing(ctx, async () => {
    const there = await Promise.all(names.map((name) => exists(api, name)));
    return names.filter((_, index) => there[index]).map((name) => `${name} to go`);
  });
  if (lacking.length > 0) {
    throw new Error(
      `${lacking.length} CRDs do not go, such as the one that ${lacking[0]?.replace(" to go", "")} names: objects of that kind have finalizers ` +
        `whose controller is gone; remove the finalizers and run again.`,
    );
  }
}

const loaded = new Map<string, Promise<Record<string, CrdBody>>>();

/** A CRD's body from the file, checked against its pin. */
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
      `${inputs.bodies} does not hold the pinned ${name}: delete that file, and the next run renders it anew.`,
    );
  }
  return found;
}
