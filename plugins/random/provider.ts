/** The random provider: values that are made once and stay until their inputs, or keepers, change. */
import {
  type CheckCall,
  type CheckFailure,
  type Context,
  containsUnknown,
  type DiffCall,
  type DiffResult,
  type PropertyMap,
  type Provider,
  type ReadCall,
  sameValue,
  Secret,
  UNKNOWN,
  unwrapSecrets,
  withSecretKeys,
} from "../base";
import { kinds, type Made, type RandomKind } from "./kinds";

/** What the plugin answers for: the official plugin's version it stands in for. */
export const VERSION = "4.21.2";

/** Where the official plugin keeps what its state has that Pulumi's has not: inputs that are absent. */
const RAW_STATE = "__pulumi_raw_state_delta";

function kindOf(ctx: Context): RandomKind {
  const kind = kinds[ctx.type];
  if (kind === undefined) throw new Error(`Type ${ctx.type} is not offered by this stand-in for the random plugin.`);
  return kind;
}

/** A provider for every kind of random value. */
export class RandomProvider implements Provider {
  readonly version = VERSION;
  readonly supportsAutonaming = true;
  readonly acceptSecrets = false;
  readonly acceptResources = true;

  diffConfig(): DiffResult {
    return { changes: undefined };
  }

  check(call: CheckCall, ctx: Context): { inputs: PropertyMap; failures?: CheckFailure[] } {
    const kind = kindOf(ctx);
    const inputs = withDefaults(kind, unwrapSecrets(call.news));
    return { inputs: call.news, failures: containsUnknown(inputs) ? [] : kind.faults?.(inputs) };
  }

  diff(call: DiffCall, ctx: Context): DiffResult {
    const kind = kindOf(ctx);
    const news = withDefaults(kind, unwrapSecrets(call.news));
    const olds = withDefaults(kind, unwrapSecrets(call.oldInputs));
    const diffs = [...new Set([...Object.keys(news), ...Object.keys(olds)])]
      .filter((key) => !sameValue(news[key] ?? null, olds[key] ?? null))
      .filter((key) => !call.ignoreChanges.includes(key))
      .sort();
    return diffs.length === 0 ? { changes: false } : { changes: true, diffs, replaces: diffs };
  }

  async create(given: PropertyMap, ctx: Context): Promise<{ id: string; state: PropertyMap }> {
    const kind = kindOf(ctx);
    const inputs = withDefaults(kind, unwrapSecrets(given));
    if (ctx.preview) {
      const unknown: PropertyMap = {};
      for (const key of kind.outputs) unknown[key] = UNKNOWN;
      return { id: "", state: { ...inputs, ...unknown } };
    }
    const made = await kind.make(inputs);
    return { id: made.id, state: stateOf(kind, inputs, made) };
  }

  async read(call: ReadCall, ctx: Context): Promise<{ id: string; state: PropertyMap; inputs: PropertyMap }> {
    const kind = kindOf(ctx);
    if (Object.keys(call.state).length > 0) {
      const { __meta, ...plain } = unwrapSecrets(call.state);
      delete plain[RAW_STATE];
      const made = { id: call.id, outputs: plain };
      return { id: call.id, state: stateOf(kind, plain, made, __meta), inputs: call.inputs };
    }
    if (kind.import === undefined) throw new Error(`A ${ctx.type} cannot be imported; let it be made.`);
    const { inputs, made } = await kind.import(call.id);
    return { id: made.id, state: stateOf(kind, withDefaults(kind, inputs), made), inputs };
  }

  update(): PropertyMap {
    throw new Error("Random values are never changed in place; this is a fault of the engine or of this plugin.");
  }

  delete(): void {
    // There is nothing outside of the state.
  }
}

/** The inputs as the value is made from them. `number` is an old name for `numeric`. */
function withDefaults(kind: RandomKind, inputs: PropertyMap): PropertyMap {
  const all: PropertyMap = { ...kind.defaults, ...inputs };
  if ("numeric" in kind.defaults) {
    const numeric = inputs["numeric"] ?? inputs["number"] ?? true;
    all["numeric"] = numeric;
    all["number"] = numeric;
  }
  return all;
}

function stateOf(kind: RandomKind, inputs: PropertyMap, made: Made, meta?: PropertyMap[string]): PropertyMap {
  const state = withSecretKeys({ ...inputs, ...made.outputs }, new Set(kind.secretOutputs));
  const version = kind.schemaVersion === undefined ? undefined : JSON.stringify({ schema_version: kind.schemaVersion });
  const marker = meta ?? version;
  if (marker !== undefined) state["__meta"] = marker;
  const absent: PropertyMap = {};
  for (const key of kind.optional) {
    if (inputs[key] === undefined) absent[key] = new Secret({ replace: { raw: null } });
    else if (key === "keepers") absent[key] = { map: {} };
  }
  state[RAW_STATE] = { obj: { ps: absent } };
  return state;
}
