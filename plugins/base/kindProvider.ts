/** A provider made of kinds: secrets and unknowns handled, defaults filled in. */
import { InitializationError } from "./errors";
import { type AnyKind, type LazyKind } from "./kind";
import {
  type Answer,
  type Context,
  type DiffCall,
  type DiffResult,
  type PropertyChange,
  type Provider,
} from "./provider";
import { type PropertyMap, sameValue, secretKeys, unwrapSecrets, withSecretKeys } from "./values";

/**
 * A provider for a list of kinds.
 * @param name the plugin's name, for messages
 */
export function kindProvider(options: {
  name: string;
  version: string;
  kinds: readonly (AnyKind | LazyKind)[];
}): Provider {
  const byType = new Map(options.kinds.map((kind) => [kind.type, kind]));

  async function kindOf(ctx: Context): Promise<AnyKind> {
    const kind = byType.get(ctx.type);
    if (kind === undefined) {
      throw new Error(
        `Type ${ctx.type} is unknown to plugin ${options.name}; it knows ${[...byType.keys()].join(", ")}.`,
      );
    }
    return "load" in kind ? kind.load() : kind;
  }

  return {
    version: options.version,
    async check(call, ctx) {
      const kind = await kindOf(ctx);
      const news = unwrapSecrets(call.news);
      if (kind.check === undefined) return { inputs: call.news };
      const { inputs, failures } = await kind.check(news, call.olds && unwrapSecrets(call.olds), ctxWithTimeout(ctx));
      return { inputs: withSecretKeys(asMap(inputs), secretKeys(call.news)), failures };
    },
    async diff(call, ctx) {
      const kind = await kindOf(ctx);
      const oldInputs = unwrapSecrets(call.oldInputs);
      const news = unwrapSecrets(call.news);
      const found =
        kind.diff === undefined
          ? plainDiff(call)
          : await kind.diff(call.id, unwrapSecrets(wholeState(kind, call)), oldInputs, news, ctxWithTimeout(ctx));
      // What is not among the outputs has its old value in the inputs alone.
      const result = kind.outputs ? { ...found, inputDiff: true } : found;
      return kind.update === undefined ? replacing(result, call) : result;
    },
    async create(inputs, ctx) {
      const kind = await kindOf(ctx);
      const secret = outputSecrets(kind, inputs);
      const plain = unwrapSecrets(inputs);
      if (ctx.preview) {
        const known = (await kind.previewState?.(plain, undefined, ctxWithTimeout(ctx))) ?? {};
        return { id: "", state: outputsOf(kind, known, secret) };
      }
      const { id, state } = await marking(kind, secret, () => kind.create(plain, ctxWithTimeout(ctx)));
      return { id, state: outputsOf(kind, state, secret) };
    },
    async read(call, ctx) {
      const kind = await kindOf(ctx);
      if (kind.read === undefined) return { id: call.id, state: call.state, inputs: call.inputs };
      const read = kind.read.bind(kind);
      const secret = outputSecrets(kind, call.inputs, call.state);
      const state = given(wholeState(kind, { state: call.state, oldInputs: call.inputs }));
      const found = await marking(kind, secret, () => read(call.id, given(call.inputs), state, ctxWithTimeout(ctx)));
      if (found === undefined) return undefined;
      return {
        id: found.id,
        state: outputsOf(kind, found.state, secret),
        inputs: withSecretKeys(asMap(found.inputs), secretKeys(call.inputs)),
      };
    },
    async update(call, ctx) {
      const kind = await kindOf(ctx);
      const secret = outputSecrets(kind, call.news);
      const state = unwrapSecrets(wholeState(kind, call));
      const news = unwrapSecrets(call.news);
      if (ctx.preview) {
        const known = (await kind.previewState?.(news, state, ctxWithTimeout(ctx))) ?? {};
        return outputsOf(kind, known, secret);
      }
      if (kind.update === undefined) throw new Error(`A ${kind.type} cannot be changed in place; replace it.`);
      const update = kind.update.bind(kind);
      const updated = await marking(kind, secret, () =>
        update(call.id, state, unwrapSecrets(call.oldInputs), news, ctxWithTimeout(ctx)),
      );
      return outputsOf(kind, updated, secret);
    },
    async delete(call, ctx) {
      const kind = await kindOf(ctx);
      await kind.delete(call.id, unwrapSecrets(wholeState(kind, call)), ctxWithTimeout(ctx));
    },
  };
}

/** The state of what was made but does not work is kept as well, so it needs the same marks. */
async function marking<T>(kind: AnyKind, secret: ReadonlySet<string>, work: () => Answer<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof InitializationError)) throw error;
    const state = outputsOf(kind, error.state, secret);
    const inputs = withSecretKeys(asMap(error.inputs), secret);
    throw new InitializationError(error.message, error.id, state, error.reasons, inputs);
  }
}

/** Kinds get one signal for both ways an operation ends early: cancelled, or out of the user's time. */
function ctxWithTimeout(ctx: Context): Context {
  if (ctx.timeoutSeconds <= 0) return ctx;
  return { ...ctx, signal: AbortSignal.any([ctx.signal, AbortSignal.timeout(ctx.timeoutSeconds * 1000)]) };
}

/** What of a state is kept as outputs, its secrets marked. */
function outputsOf({ outputs }: AnyKind, state: object, secret: ReadonlySet<string>): PropertyMap {
  const kept = Object.entries(asMap(state)).filter(([key]) => outputs?.includes(key) ?? true);
  return withSecretKeys(Object.fromEntries(kept), secret);
}

/** A state from what was kept of it, and the inputs of then. */
function wholeState({ outputs }: AnyKind, { state, oldInputs }: Pick<DiffCall, "state" | "oldInputs">): PropertyMap {
  return outputs ? { ...oldInputs, ...state } : state;
}

/** Kinds return plain data, which is what a property map is; only the type system cannot know. */
function asMap(value: object): PropertyMap {
  return value as PropertyMap;
}

function given(map: PropertyMap): PropertyMap | undefined {
  return Object.keys(map).length === 0 ? undefined : unwrapSecrets(map);
}

function outputSecrets(kind: AnyKind, ...sources: PropertyMap[]): Set<string> {
  const keys = new Set(kind.secretOutputs ?? []);
  for (const source of sources) for (const key of secretKeys(source)) keys.add(key);
  return keys;
}

/** Compares the inputs property by property. */
export function plainDiff(call: Pick<DiffCall, "oldInputs" | "news">): DiffResult {
  const detailed: Record<string, PropertyChange> = {};
  for (const key of new Set([...Object.keys(call.oldInputs), ...Object.keys(call.news)])) {
    if (sameValue(call.oldInputs[key], call.news[key])) continue;
    detailed[key] = !(key in call.oldInputs) ? "add" : !(key in call.news) ? "delete" : "update";
  }
  return { changes: Object.keys(detailed).length > 0, detailed };
}

/** A kind that cannot be updated is replaced by any change. */
function replacing(result: DiffResult, call: DiffCall): DiffResult {
  if (result.changes !== true || (result.replaces?.length ?? 0) > 0) return result;
  const changed = Object.keys(result.detailed ?? plainDiff(call).detailed ?? {});
  const detailed: Record<string, PropertyChange> = {};
  for (const key of changed) {
    const change = result.detailed?.[key] ?? "update";
    detailed[key] = change.endsWith("-replace") ? change : (`${change}-replace` as PropertyChange);
  }
  return { ...result, replaces: changed, detailed };
}
