/** Diff: what new inputs mean for a resource. */
import { containsUnknown, type Context, type DiffCall, type DiffResult, isUnknown, type PropertyMap } from "../base";
import { checkFor, readyNow } from "./await";
import { parseCheckpoint, toObject } from "./checkpoint";
import { detailedDiff, isUnder, parsePath } from "./diff";
import { isBuiltInGroup } from "./discovery";
import { forceNewPaths } from "./forceNew";
import { isAutonamed } from "./naming";
import { normalizeInputs, pruneToShape } from "./normalize";
import { annotationOf, at, gvkOf, kindOf, nameOf, namespaceOf, setAt } from "./object";
import type { Session } from "./session";

/** Compares the live object, as the state has it, in the shape of its inputs, with the new inputs. */
export async function diffResource(session: Session, call: DiffCall, ctx: Context): Promise<DiffResult> {
  session.redactor.learn(call.news);
  session.redactor.learn(call.state);
  const { inputs, live: whole } = parseCheckpoint(call.state);
  const oldInputs = normalizeInputs(inputs);
  const news = normalizeInputs(toObject(call.news));
  const live = pruneToShape(whole, oldInputs);
  await sameNamespaceForm(session, [live, oldInputs, news]);
  if (nameOf(news) !== "") setAt(live, ["metadata", "name"], nameOf(whole));
  const detailed = detailedDiff(live, oldInputs, news, {
    fixedPaths: forceNewPaths(news, session.settings, session.isPatch(call.news, ctx)),
    lenient: isBuiltInGroup(gvkOf(news).group),
  });
  for (const ignored of call.ignoreChanges.map(parsePath)) {
    for (const path of Object.keys(detailed)) if (isUnder(parsePath(path), ignored)) delete detailed[path];
  }
  const replaces = Object.keys(detailed).filter((path) => detailed[path]?.endsWith("-replace"));
  let changes = Object.keys(detailed).length > 0;
  if (annotationOf(news, "pulumi.com/replaceUnready") === "true" && (await isUnreadyJob(session, whole, ctx))) {
    changes = true;
    replaces.push('.metadata.annotations["pulumi.com/replaceUnready"]');
  }
  return { changes, replaces, detailed, deleteBeforeReplace: replaces.length > 0 && keepsItsPlace(news, whole) };
}

/** Objects that name no namespace live in `default`; to say so is no change. */
async function sameNamespaceForm(session: Session, objects: PropertyMap[]): Promise<void> {
  const [sample] = objects.slice(-1);
  const namespaced = sample !== undefined && (await session.isNamespaced(sample));
  for (const object of objects) {
    const metadata = object["metadata"];
    if (isUnknown(metadata) || isUnknown(at(metadata, "namespace"))) continue;
    setAt(object, ["metadata", "namespace"], namespaced ? namespaceOf(object) || "default" : null);
  }
}

/** Whether the new object must have the name the old one has: then the old one has to go first. */
function keepsItsPlace(news: PropertyMap, old: PropertyMap): boolean {
  if (isAutonamed(news) || nameOf(news) === "" || containsUnknown(at(news, "metadata", "name"))) return false;
  return nameOf(news) === nameOf(old) && (namespaceOf(news) || "default") === (namespaceOf(old) || "default");
}

async function isUnreadyJob(session: Session, live: PropertyMap, ctx: Context): Promise<boolean> {
  const check = checkFor({ ...live, metadata: {} });
  const { resources } = await session.cluster.tryConnect();
  if (kindOf(live) !== "Job" || check === undefined || resources === undefined) {
    ctx.log("warning", "pulumi.com/replaceUnready is looked at for Jobs of a cluster that can be reached only.");
    return false;
  }
  const now = await resources.find(live, ctx.signal).catch(() => undefined);
  return now !== undefined && (await readyNow(now, check, resources, ctx)).length > 0;
}
