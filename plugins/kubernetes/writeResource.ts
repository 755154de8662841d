/** Create, Update and Delete: a resource's object is made, changed, removed. */
import { containsUnknown, type Context, type DeleteCall, type PropertyMap, type UpdateCall } from "../base";
import { ApiError, isForbidden } from "./apiError";
import { NotReadyError } from "./await";
import { checkpoint, initialApiVersionOf, parseCheckpoint, toObject } from "./checkpoint";
import { relinquish } from "./fields";
import { fieldManager } from "./naming";
import { normalizeInputs } from "./normalize";
import { apiVersionOf, gvkOf, idOf, parseId, setAt } from "./object";
import { createObject, deleteObject, updateObject } from "./operations";
import { DELETE_UNREACHABLE_HINT, type Session } from "./session";

/** Makes the object and waits until it is ready. A preview that cannot say more answers with the inputs. */
export async function createResource(
  session: Session,
  given: PropertyMap,
  ctx: Context,
): Promise<{ id: string; state: PropertyMap }> {
  session.redactor.learn(given);
  const inputs = toObject(given);
  const asGiven = { id: "", state: given };
  const { resources, reason } = await session.cluster.tryConnect();
  if (resources === undefined) {
    if (ctx.preview) return asGiven;
    throw new Error(session.redactor.mask(reason));
  }
  const isPatch = session.isPatch(given, ctx);
  const noDryRun = isPatch || !session.settings.enableServerSideApply || containsUnknown(inputs);
  if (ctx.preview && (noDryRun || !(await resources.discovery.exists(gvkOf(inputs))))) return asGiven;
  const manager = fieldManager(inputs, undefined);
  const keep = (live: PropertyMap): PropertyMap => checkpoint(inputs, live, given, apiVersionOf(inputs), manager);
  try {
    const live = await createObject(inputs, session.scope(resources, manager, isPatch, ctx));
    if (live === undefined) return asGiven;
    if (!ctx.preview) return { id: idOf(live), state: keep(live) };
    // A status that nothing has filled yet would be taken for the real one.
    const { status: _status, ...rest } = live;
    return { id: "", state: keep(rest) };
  } catch (error) {
    if (error instanceof NotReadyError) throw session.partial(error, idOf(error.object), keep(error.object), "created");
    throw session.failed(error, `resource "${ctx.urn}" was not successfully created by the Kubernetes API server`);
  }
}

/** Changes the object and waits until it is ready. A preview that cannot say more answers with the inputs. */
export async function updateResource(session: Session, call: UpdateCall, ctx: Context): Promise<PropertyMap> {
  session.redactor.learn(call.news);
  session.redactor.learn(call.state);
  const inputs = normalizeInputs(toObject(call.news));
  const { resources, reason } = await session.cluster.tryConnect();
  if (resources === undefined) {
    if (ctx.preview) return call.news;
    throw new Error(session.redactor.mask(reason));
  }
  if (ctx.preview && (containsUnknown(inputs) || !(await resources.discovery.exists(gvkOf(inputs))))) return call.news;
  const { inputs: oldInputs, live: oldLive } = parseCheckpoint(call.state);
  const oldManager = fieldManager(oldInputs, call.state);
  const manager = fieldManager(inputs, call.state);
  const scope = session.scope(resources, manager, session.isPatch(call.news, ctx), ctx);
  const apiVersion = initialApiVersionOf(call.state, oldInputs);
  const keep = (live: PropertyMap): PropertyMap => checkpoint(inputs, live, call.news, apiVersion, manager);
  try {
    const updated = await updateObject(inputs, oldLive, call.ignoreChanges, scope);
    const renamed = oldManager !== manager && session.settings.enableServerSideApply;
    if (renamed && !ctx.preview) await relinquish(updated, oldManager, resources, ctx.signal);
    return keep(updated);
  } catch (error) {
    if (error instanceof NotReadyError) throw session.partial(error, idOf(error.object), keep(error.object), "updated");
    if (ctx.preview && isForbidden(error)) return call.news;
    throw session.failed(error, `update of resource "${ctx.urn}" failed`);
  }
}

/** Removes the object and waits until it is gone; a patch gives up the fields it owns. */
export async function deleteResource(session: Session, call: DeleteCall, ctx: Context): Promise<void> {
  session.redactor.learn(call.state);
  const { resources, reason } = await session.cluster.tryConnect();
  if (resources === undefined) {
    ctx.log("warning", session.redactor.mask(reason));
    if (session.settings.deleteUnreachable) return;
    throw new Error(`configured Kubernetes cluster is unreachable. ${DELETE_UNREACHABLE_HINT}`);
  }
  const { inputs, live } = parseCheckpoint(call.state);
  setAt(live, ["metadata", "name"], parseId(call.id).name);
  const isPatch = session.isPatch(live, ctx);
  try {
    await deleteObject(live, inputs, session.scope(resources, fieldManager(inputs, call.state), isPatch, ctx));
  } catch (error) {
    if (isPatch && error instanceof ApiError && /Required value/.test(error.message)) {
      throw new Error(
        "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the " +
          "`retainOnDelete` resource option, or transfer ownership of the field before deleting: " +
          session.redactor.mask(error.message),
      );
    }
    throw session.failed(error, `deleting ${ctx.type} ${call.id} failed`);
  }
}
