/** Waiting until an object is ready, and until it is gone. */
import { CancelledError, type Context, type PropertyMap } from "../../base";
import { annotationOf, gvkOf, listAt, nameOf, plainText, textAt } from "../object";
import type { Resources } from "../resources";
import type { Check, Progress, Related } from "./check";
import { generic } from "./generic";
import * as objects from "./objects";
import { failureLogs } from "./pods";
import { waitForCheck } from "./waitFor";
import { follow, type Selection } from "./watch";
import * as workloads from "./workloads";

/** By `group/kind`. */
const CHECKS: Record<string, Check> = {
  "apps/Deployment": workloads.deployment,
  "apps/StatefulSet": workloads.statefulSet,
  "apps/DaemonSet": workloads.daemonSet,
  "batch/Job": workloads.job,
  "/Pod": workloads.pod,
  "/ReplicationController": workloads.replicationController,
  "/Service": objects.service,
  "/PersistentVolume": objects.persistentVolume,
  "/PersistentVolumeClaim": objects.persistentVolumeClaim,
  "networking.k8s.io/Ingress": objects.ingress,
  "apiextensions.k8s.io/CustomResourceDefinition": objects.customResourceDefinition,
};

/** The object is there, but not ready. */
export class NotReadyError extends Error {
  constructor(
    message: string,
    readonly object: PropertyMap,
    readonly reasons: readonly string[],
  ) {
    super(message);
    this.name = "NotReadyError";
  }
}

/** What to wait for with an object, if anything: its own annotation goes before what is usual for its kind. */
export function checkFor(inputs: PropertyMap): Check | undefined {
  if (annotationOf(inputs, "pulumi.com/skipAwait") === "true") return undefined;
  const wish = annotationOf(inputs, "pulumi.com/waitFor");
  if (wish !== "") return waitForCheck(wish);
  const { group, kind } = gvkOf(inputs);
  const known = CHECKS[`${group}/${kind}`];
  return known ?? (process.env["PULUMI_K8S_AWAIT_ALL"] === "true" ? generic : undefined);
}

/** The time an operation may take, in seconds: the option, else the annotation, else the default. */
export function timeoutOf(ctx: Context, inputs: PropertyMap, fallback: number): number {
  if (ctx.timeoutSeconds > 0) return ctx.timeoutSeconds;
  const annotated = Number(annotationOf(inputs, "pulumi.com/timeoutSeconds") || NaN);
  return annotated > 0 ? annotated : fallback;
}

/** Waits until the object is ready. Throws NotReadyError when it fails, takes too long, or the run is cancelled. */
export async function awaitReady(
  inputs: PropertyMap,
  object: PropertyMap,
  check: Check,
  resources: Resources,
  ctx: Context,
): Promise<void> {
  const seconds = timeoutOf(ctx, inputs, check.timeoutSeconds);
  const prepared = (await check.prepare?.(object, resources, ctx.signal)) ?? {};
  const settled = new AbortController();
  const signal = AbortSignal.any([settled.signal, ctx.signal]);
  let latest = object;
  let progress: Progress = { ready: false };
  const related: Related = {};
  const selections: Record<string, Selection> = check.related?.(object) ?? {};
  const self: Selection = {
    path: await resources.discovery.collectionOf(object, ctx.signal),
    fieldSelector: `metadata.name=${nameOf(object)}`,
  };
  let said = "";
  if (Object.keys(selections).length === 0 && check.progress(object, related, prepared).ready) return;
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`timed out after ${seconds} s`)), seconds * 1000);
      signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
      ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason as Error), { once: true });
      if (ctx.signal.aborted) reject(ctx.signal.reason as Error);
      const look = (): void => {
        if (settled.signal.aborted) return;
        try {
          progress = check.progress(latest, related, prepared);
        } catch (error) {
          return reject(asError(error));
        }
        if (progress.ready) return resolve();
        if (progress.failed !== undefined) return reject(new Error(progress.failed));
        const text = [progress.waiting ?? "", ...(progress.reasons ?? []).slice(0, 2)]
          .filter((part) => part !== "")
          .join("; ");
        if (text !== said) ctx.status((said = text));
      };
      follow(resources.client, self, signal, (found) => {
        const [first] = found;
        if (first === undefined) return reject(new Error("it was deleted while it was waited for"));
        latest = first;
        look();
      }).catch((error: unknown) => reject(asError(error)));
      for (const [name, selection] of Object.entries(selections)) {
        follow(resources.client, selection, signal, (found) => {
          related[name] = found;
          look();
        }).catch(() => undefined); // What may not be listed cannot be reported; the object itself decides.
      }
    });
  } catch (error) {
    const cause = asError(error);
    const logs = cause instanceof CancelledError ? [] : await failureLogs(progress.suspects ?? [], resources);
    const reasons = [...(progress.reasons ?? []), ...logs];
    throw new NotReadyError(
      cause.message,
      latest,
      reasons.length > 0 || !progress.waiting ? reasons : [progress.waiting],
    );
  } finally {
    settled.abort();
    if (said !== "") ctx.status("");
  }
}

/** Looks once whether an object is ready, for a refresh; the reasons why it is not. */
export async function readyNow(
  object: PropertyMap,
  check: Check,
  resources: Resources,
  ctx: Context,
): Promise<string[]> {
  const prepared = (await check.prepare?.(object, resources, ctx.signal)) ?? {};
  const related: Related = {};
  for (const [name, selection] of Object.entries(check.related?.(object) ?? {})) {
    related[name] = await listOnce(selection, resources, ctx.signal);
  }
  const progress = check.progress(object, related, prepared);
  if (progress.ready) return [];
  const reasons = [progress.failed, ...(progress.reasons ?? [])].filter((reason) => reason !== undefined);
  return reasons.length > 0 ? reasons : [progress.waiting ?? "it is not ready"];
}

async function listOnce(selection: Selection, resources: Resources, signal: AbortSignal): Promise<PropertyMap[]> {
  const stop = new AbortController();
  let found: PropertyMap[] = [];
  await follow(resources.client, selection, AbortSignal.any([stop.signal, signal]), (objects) => {
    found = objects;
    stop.abort();
  }).catch(() => undefined);
  return found;
}

/** Waits until the object with this uid is gone. Throws when it outlives the time, naming what holds it. */
export async function awaitGone(
  object: PropertyMap,
  seconds: number,
  resources: Resources,
  ctx: Context,
): Promise<void> {
  const uid = textAt(object, "metadata", "uid");
  const path = await resources.discovery.collectionOf(object, ctx.signal);
  const settled = new AbortController();
  let latest = object;
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(stillThere(latest, seconds))), seconds * 1000);
      settled.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
      ctx.signal.addEventListener("abort", () => reject(ctx.signal.reason as Error), { once: true });
      if (ctx.signal.aborted) reject(ctx.signal.reason as Error);
      const selection = { path, fieldSelector: `metadata.name=${nameOf(object)}` };
      follow(resources.client, selection, AbortSignal.any([settled.signal, ctx.signal]), (found) => {
        const [first] = found;
        if (first === undefined || (uid !== "" && textAt(first, "metadata", "uid") !== uid)) return resolve();
        latest = first;
        ctx.status(`waiting until it is gone${finalizers(latest)}`);
      }).catch((error: unknown) => {
        // The kind itself is gone, and every object of it with it.
        if (error instanceof Error && "code" in error && error.code === 404) resolve();
        else reject(asError(error));
      });
    });
  } finally {
    settled.abort();
    ctx.status("");
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

function finalizers(object: PropertyMap): string {
  const list = listAt(object, "metadata", "finalizers");
  return list.length > 0 ? ` (finalizers: ${list.map(plainText).join(", ")})` : "";
}

function stillThere(object: PropertyMap, seconds: number): string {
  return `Timed out after ${seconds} s waiting for the deletion of ${gvkOf(object).kind} "${nameOf(object)}"${finalizers(object)}.`;
}
