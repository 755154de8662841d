/** What a plugin answers: the engine's calls with plain values instead of protobuf messages. */
import { type PropertyMap } from "./values";

/** How important a message is. */
export type Severity = "debug" | "info" | "warning" | "error";

/** What every call on a resource comes with. */
export interface Context {
  /** The resource's URN, its name (the last part of it) and its type token. */
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** Whether this is a preview: nothing may be changed. */
  readonly preview: boolean;
  /** The time the user allows for the operation, in seconds; 0 when they said nothing. */
  readonly timeoutSeconds: number;
  /** Aborts when the engine cancels, goes away, or the plugin is told to end. */
  readonly signal: AbortSignal;
  /** Says something that stays in the run's output. */
  log(severity: Severity, message: string): void;
  /** Says what is being done now; shown beside the resource and replaced by the next one. */
  status(message: string): void;
}

/** How one property differs, and whether that means a new resource. */
export type PropertyChange = "add" | "add-replace" | "delete" | "delete-replace" | "update" | "update-replace";

/** What a Diff found. */
export interface DiffResult {
  /** `undefined` leaves it to the engine to find out. */
  changes: boolean | undefined;
  /** The properties whose change needs a new resource. */
  replaces?: string[];
  /** Whether the old resource must go before the new one can be made (a fixed name). Default: no. */
  deleteBeforeReplace?: boolean;
  /** Each changed property, by its path. Without it the engine compares the inputs itself. */
  detailed?: Record<string, PropertyChange>;
  /** Whether those are paths in the inputs, by which the engine is to look for the old values. Default: in the outputs. */
  inputDiff?: boolean;
  /** The changed properties' top-level names, for those that give no paths. */
  diffs?: string[];
}

/** A property that is wrong, and what to do about it. */
export interface CheckFailure {
  property: string;
  reason: string;
}

export interface CheckCall {
  olds: PropertyMap | undefined;
  news: PropertyMap;
}

export interface DiffCall {
  id: string;
  /** The last known properties, and the inputs they came from. */
  state: PropertyMap;
  oldInputs: PropertyMap;
  news: PropertyMap;
  ignoreChanges: string[];
}

export interface ReadCall {
  id: string;
  /** Empty when the resource is being imported or looked up. */
  state: PropertyMap;
  inputs: PropertyMap;
}

export interface UpdateCall extends DiffCall {
  news: PropertyMap;
}

export interface DeleteCall {
  id: string;
  state: PropertyMap;
  oldInputs: PropertyMap;
}

/** An answer that is there at once, or comes later. */
export type Answer<T> = T | Promise<T>;

/** A provider: one object that answers for all of a plugin's types. */
export interface Provider {
  readonly version: string;
  /** Whether Check honours `autonaming`. */
  readonly supportsAutonaming?: boolean;
  /** Whether secrets are to arrive marked as such. Default: yes; else the engine sends them in clear and marks the answer. */
  readonly acceptSecrets?: boolean;
  /** Whether references to resources are to arrive as such. Default: no. */
  readonly acceptResources?: boolean;
  diffConfig?(call: DiffCall, ctx: Context): Answer<DiffResult>;
  check(call: CheckCall, ctx: Context): Answer<{ inputs: PropertyMap; failures?: CheckFailure[] }>;
  diff(call: DiffCall, ctx: Context): Answer<DiffResult>;
  /** In a preview the id may be empty. */
  create(inputs: PropertyMap, ctx: Context): Answer<{ id: string; state: PropertyMap }>;
  /** `undefined` when the resource is gone. */
  read(call: ReadCall, ctx: Context): Answer<{ id: string; state: PropertyMap; inputs?: PropertyMap } | undefined>;
  update(call: UpdateCall, ctx: Context): Answer<PropertyMap>;
  delete(call: DeleteCall, ctx: Context): Answer<void>;
}
