import type { Json } from "../../../infra/manifests";

/** A kind as the tests see it: an object that has every field of its type, and how it may be wrong. */
export interface Example {
  readonly kind: string;
  /** Registers the resource. */
  readonly make: () => unknown;
  /** Where the schema takes any name: JSON pointers of maps. */
  readonly maps?: readonly string[];
  /** Where the schema takes anything: JSON pointers of documents that are not its own. */
  readonly documents?: readonly string[];
  /** Values that the schema refuses, by JSON pointer. */
  readonly wrong?: Readonly<Record<string, Json>>;
  /** Where the schema comes from when not from the kind's CRD: a product's client and the model in it. */
  readonly model?: readonly ["katib" | "seldon", string];
}
