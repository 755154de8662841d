/** Making, changing and removing objects. */
import { type Context, type PropertyMap } from "../base";
import {
  ApiError,
  isAlreadyExists,
  isConflict,
  isForbidden,
  isImmutableField,
  isNamespaceNotFound,
  isNotFound,
  isWebhookUnreached,
  NoSuchKindError,
} from "./apiError";
import { awaitGone, awaitReady, checkFor, timeoutOf } from "./await";
import { pause } from "./client";
import { CREATE_MANAGER, keepIgnored, patchForce, relinquish, takeOver } from "./fields";
import { annotationOf, clone, gvkOf, isCrd, kindOf, nameOf, setAt, textAt } from "./object";
import type { Resources, WriteOptions } from "./resources";
import type { Settings } from "./settings";

/** A definition that was just established is served a moment later; a Service leads to a pod a moment after that is ready. */
const RETRIED_FOR_MS = 12_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 500;

/** What an operation works with. */
export interface Scope {
  resources: Resources;
  settings: Settings;
  manager: string;
  isPatch: boolean;
  ctx: Context;
}

function writing(scope: Scope, manager: string): WriteOptions {
  return {
    manager,
    dryRun: scope.ctx.preview,
    signal: scope.ctx.signal,
    onWarning: (text) => scope.ctx.log(text.startsWith("unknown field") ? "warning" : "debug", text),
  };
}

/**
 * Makes an object; with `upsertExistingObjects`, or for a patch, changes the one that is there. Namespaces and kinds
 * that are only just being made are waited for, and webhooks that are not reached yet. In a preview nothing is changed: the answer is what would be.
 * @returns `undefined` when a preview cannot say
 */
export async function createObject(inputs: PropertyMap, scope: Scope): Promise<PropertyMap | undefined> {
  const { ctx, settings, resources } = scope;
  const upsert = settings.enableServerSideApply && (settings.upsertExistingObjects || scope.isPatch);
  const write = async (): Promise<PropertyMap> => {
    if (!upsert) return resources.create(inputs, writing(scope, CREATE_MANAGER));
    const force = patchForce(inputs, undefined, ctx.preview, settings.enablePatchForce);
    return explainConflict(resources.apply(inputs, { ...writing(scope, scope.manager), force }), scope.manager);
  };
  if (ctx.preview) {
    return write().catch((error: unknown) => {
      const unknowable =
        isNamespaceNotFound(error) || isForbidden(error) || isAlreadyExists(error) || isImmutableField(error);
      if (unknowable || noDryRun(error)) return undefined;
      throw error;
    });
  }
  const made = await retrying(write, isOnItsWay, ctx);
  if (isCrd(inputs)) resources.discovery.reset();
  const settled = await settle(inputs, made, scope);
  if (isCrd(inputs)) resources.discovery.reset();
  return settled;
}

/** Whether a webhook without dry-run support stands in the way of a preview. */
function noDryRun(error: unknown): boolean {
  return error instanceof ApiError && error.code === 400 && /dryRun|dry run/.test(error.message);
}

/** Whether what a new object lacks may be on its way: the namespace, the kind's definition, or a webhook's server. */
function isOnItsWay(error: unknown): error is Error {
  return isNotFound(error) || error instanceof NoSuchKindError || isWebhookUnreached(error);
}

/** Repeats for a while what failed for a reason that may pass; one try may itself take as long as a webhook's time limit. */
async function retrying<T>(
  work: () => Promise<T>,
  mayPass: (error: unknown) => error is Error,
  ctx: Context,
): Promise<T> {
  const end = Date.now() + RETRIED_FOR_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (Date.now() > end || !mayPass(error)) throw error;
      ctx.status(`retry ${attempt}: ${error.message}`);
      await pause(Math.min(FIRST_RETRY_MS * 2 ** (attempt - 1), LONGEST_RETRY_MS), ctx.signal);
    }
  }
}

/**
 * Changes an object to the new inputs; webhooks that are not reached yet are waited for. In a preview the answer is what would be;
 * an ApiError says it cannot be.
 */
export async function updateObject(
  inputs: PropertyMap,
  old: PropertyMap,
  ignored: readonly string[],
  scope: Scope,
): Promise<PropertyMap> {
  const write = async () => changeObject(inputs, old, ignored, scope);
  if (scope.ctx.preview) return write();
  return settle(inputs, await retrying(write, isWebhookUnreached, scope.ctx), scope);
}

async function changeObject(
  inputs: PropertyMap,
  old: PropertyMap,
  ignored: readonly string[],
  scope: Scope,
): Promise<PropertyMap> {
  const { ctx, settings, resources } = scope;
  let live = await resources.get({ ...inputs, metadata: old["metadata"] ?? {} }, ctx.signal);
  if (isCrd(inputs) && !scope.isPatch) {
    // A definition is written as a whole: applied piecewise, versions that were dropped would stay.
    const whole = clone(inputs);
    setAt(whole, ["metadata", "resourceVersion"], textAt(live, "metadata", "resourceVersion"));
    const replaced = await resources.replace(whole, writing(scope, scope.manager));
    resources.discovery.reset();
    return replaced;
  }
  if (!ctx.preview && !scope.isPatch) live = await takeOver(live, scope.manager, resources, ctx.signal);
  const wanted = keepIgnored(inputs, live, ignored, scope.manager);
  const force = patchForce(inputs, live, ctx.preview, settings.enablePatchForce);
  return explainConflict(resources.apply(wanted, { ...writing(scope, scope.manager), force }), scope.manager);
}

/** Waits until the object is what it is to be; returns it as it is then, or as it was where there is nothing to wait for. */
async function settle(inputs: PropertyMap, object: PropertyMap, scope: Scope): Promise<PropertyMap> {
  const check = scope.isPatch ? undefined : checkFor(inputs);
  if (check === undefined) return object;
  await awaitReady(inputs, object, check, scope.resources, scope.ctx);
  return (await scope.resources.find(object, scope.ctx.signal).catch(() => undefined)) ?? object;
}

/** Says what to do about a conflict between field managers. */
async function explainConflict(applying: Promise<PropertyMap>, manager: string): Promise<PropertyMap> {
  return applying.catch((error: unknown) => {
    if (!isConflict(error)) throw error;
    throw new Error(
      `Server-Side Apply field conflict: the resource managed by field manager "${manager}" had an apply conflict: ` +
        `${(error as Error).message}. To take the fields over, annotate it pulumi.com/patchForce: "true", or set ` +
        "enablePatchForce on the provider.",
      { cause: error },
    );
  });
}

/** Kinds for which `skipAwait` also means not to wait until they are gone. */
const MAY_SKIP_GONE = new Set([
  "/Namespace",
  "/Pod",
  "/ReplicationController",
  "apps/DaemonSet",
  "apps/Deployment",
  "apps/StatefulSet",
  "batch/Job",
]);

/** Removes an object and waits until it is gone. One that is gone already, or whose kind is, is fine. */
export async function deleteObject(object: PropertyMap, inputs: PropertyMap, scope: Scope): Promise<void> {
  const { ctx, resources } = scope;
  try {
    if (scope.isPatch) return await relinquish(object, scope.manager, resources, ctx.signal);
    const { group, kind } = gvkOf(object);
    const answer = await resources.remove(object, propagationOf(inputs, group, kind), ctx.signal);
    if (annotationOf(inputs, "pulumi.com/skipAwait") === "true" && MAY_SKIP_GONE.has(`${group}/${kind}`)) return;
    // With finalizers the answer is the object, living on; without it is a Status, and the object is gone.
    if (kindOf(answer) === "Status" && kind !== "Status") return;
    const isWorkload = kind === "Deployment" || kind === "StatefulSet";
    await awaitGone(
      nameOf(answer) === "" ? object : answer,
      timeoutOf(ctx, inputs, isWorkload ? 600 : 300),
      resources,
      ctx,
    );
    if (isCrd(object)) resources.discovery.reset();
  } catch (error) {
    if (isNotFound(error) || error instanceof NoSuchKindError) return;
    throw error;
  }
}

/** Groups of kinds that own nothing which has to be waited for; in the core group, those are all but the two named below. */
const OWN_NOTHING = new Set([
  "",
  "admissionregistration.k8s.io",
  "apiregistration.k8s.io",
  "autoscaling",
  "networking.k8s.io",
  "policy",
  "rbac.authorization.k8s.io",
  "scheduling.k8s.io",
  "storage.k8s.io",
]);
const OWNERS = new Set(["Pod", "ReplicationController"]);

/**
 * How what an object owns goes. The official plugin says "Foreground" of everything, which lets each object wait for the garbage
 * collector, and that does twenty requests a second: minutes for a large stack. There is nothing to wait for where nothing is owned but what nobody misses, as a Service owns its
 * EndpointSlices.
 */
function propagationOf(inputs: PropertyMap, group: string, kind: string): string {
  switch (annotationOf(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    case "foreground":
      return "Foreground";
    default:
      return OWN_NOTHING.has(group) && !OWNERS.has(kind) ? "Background" : "Foreground";
  }
}
