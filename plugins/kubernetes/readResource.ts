/** Read: what there really is, for a refresh, an import, or `.get`. */
import { type Context, InitializationError, type PropertyMap, type ReadCall } from "../base";
import { isNotFound, NoSuchKindError } from "./apiError";
import { checkFor, readyNow } from "./await";
import { annotateSecrets, checkpoint, initialApiVersionOf, parseCheckpoint, toObject } from "./checkpoint";
import { importedInputs } from "./imported";
import { fieldManager } from "./naming";
import { normalizeInputs, pruneToShape } from "./normalize";
import { apiVersionOfGvk, clone, gvkOf, idOf, kindOf, namespaceOf, parseId, setAt } from "./object";
import { DELETE_UNREACHABLE_HINT, type Session } from "./session";

/** What a Read found. */
export interface Found {
  id: string;
  state: PropertyMap;
  inputs?: PropertyMap;
}

/**
 * The live object, and what of it the inputs speak of; `undefined` when it is gone.
 * Throws InitializationError, with all that, when it is there but not ready.
 */
export async function readResource(session: Session, call: ReadCall, ctx: Context): Promise<Found | undefined> {
  session.redactor.learn(call.inputs);
  session.redactor.learn(call.state);
  const { resources, reason } = await session.cluster.tryConnect();
  if (resources === undefined) return unreachable(session, call, ctx, reason);
  const { live: known } = parseCheckpoint(call.state);
  const oldInputs = normalizeInputs(toObject(call.inputs));
  const undeclared = kindOf(oldInputs) === "" && kindOf(known) === "";
  if (kindOf(oldInputs) === "") {
    const gvk = kindOf(known) === "" ? session.kindOfType(ctx) : gvkOf(known);
    oldInputs["apiVersion"] = apiVersionOfGvk(gvk);
    oldInputs["kind"] = gvk.kind;
  }
  const wanted = clone(oldInputs);
  const { namespace, name } = parseId(call.id);
  setAt(wanted, ["metadata", "name"], name);
  setAt(wanted, ["metadata", "namespace"], namespace || namespaceOf(oldInputs) || null);
  let live: PropertyMap;
  try {
    live = await resources.get(wanted, ctx.signal);
  } catch (error) {
    // Without its definition there is no object of a kind either.
    if (isNotFound(error) || error instanceof NoSuchKindError) return undefined;
    throw session.failed(error, `reading ${ctx.type} ${call.id} failed`);
  }
  const inputs = undeclared ? importedInputs(live) : pruneToShape(live, oldInputs);
  const manager = fieldManager(oldInputs, call.state);
  const state = checkpoint(inputs, live, call.inputs, initialApiVersionOf(call.state, oldInputs), manager);
  annotateSecrets(inputs, call.inputs);
  const id = call.id === "" ? idOf(live) : call.id;
  const check = undeclared || session.isPatch(oldInputs, ctx) ? undefined : checkFor(oldInputs);
  const reasons = check?.onRead === true ? await readyNow(live, check, resources, ctx) : [];
  if (reasons.length === 0) return { id, state, inputs };
  const masked = reasons.map((text) => session.redactor.mask(text));
  throw new InitializationError(`${kindOf(live)} ${id} is not ready: ${masked.join("; ")}`, id, state, masked, inputs);
}

function unreachable(session: Session, call: ReadCall, ctx: Context, reason: string): Found | undefined {
  ctx.log("warning", session.redactor.mask(reason));
  if (session.settings.deleteUnreachable) return undefined;
  if (session.settings.skipUpdateUnreachable) return { id: call.id, state: call.state, inputs: call.inputs };
  throw new Error(`failed to read resource state due to unreachable cluster. ${DELETE_UNREACHABLE_HINT}`);
}
