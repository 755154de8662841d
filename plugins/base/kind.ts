/** A kind of resource of our own: plain typed functions, without the protocol. */
import { type Answer, type CheckFailure, type Context, type DiffResult } from "./provider";

/**
 * One kind of resource. Inputs and state are plain data: secrets arrive unwrapped, and properties that
 * arrived secret are sent back secret under the same name. In a preview, what is not known yet arrives
 * as `UNKNOWN`, whatever the type says; ask with `isUnknown`.
 */
export interface Kind<I extends object, S extends object> {
  /** The type token, such as `kubeflow-stack:cluster:LocalNode`. */
  readonly type: string;
  /** Names of outputs that are secret wherever their content came from. */
  readonly secretOutputs?: readonly (keyof S & string)[];
  /**
   * Names of the outputs, where they are not the whole state: the rest of it is the inputs', which the engine keeps anyway, and writes anew for
   * every resource that is made. Default: all of the state.
   */
  readonly outputs?: readonly (keyof S & string)[];
  /** Completes and checks the inputs. Default: takes them as they are. */
  check?(news: I, olds: I | undefined, ctx: Context): Answer<{ inputs: I; failures?: CheckFailure[] }>;
  /** What a change of inputs means. Default: any property that differs is an update. */
  diff?(id: string, state: S, oldInputs: I, news: I, ctx: Context): Answer<DiffResult>;
  /** Makes it. Not called in a preview. */
  create(inputs: I, ctx: Context): Answer<{ id: string; state: S }>;
  /** What is known of the state before it is made or updated; the rest counts as unknown. Default: nothing. */
  previewState?(inputs: I, old: S | undefined, ctx: Context): Answer<Partial<S>>;
  /** What there really is; `undefined` when it is gone. Default: believes the state. */
  read?(
    id: string,
    inputs: I | undefined,
    state: S | undefined,
    ctx: Context,
  ): Answer<{ id: string; inputs: I; state: S } | undefined>;
  /** Changes it in place. Without it every change is a replacement. */
  update?(id: string, state: S, oldInputs: I, news: I, ctx: Context): Answer<S>;
  /** Removes it, and waits until it is gone. Already gone is fine. */
  delete(id: string, state: S, ctx: Context): Answer<void>;
}

/** A kind whose property types do not matter: what a list of kinds holds. */
export interface AnyKind extends Omit<Kind<object, object>, "secretOutputs" | "outputs"> {
  readonly secretOutputs?: readonly string[];
  readonly outputs?: readonly string[];
}

/** A kind that is loaded when the first resource of its type comes by, to keep the plugin's start quick. */
export interface LazyKind {
  readonly type: string;
  load(): Promise<AnyKind>;
}
