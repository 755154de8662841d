import { createHash } from "node:crypto";

/** What a model is made of: change any of it, and it is another model. */
export interface ModelIngredients {
  /** Hash of what the trainer image was built from: its code and the libraries it pins. */
  readonly code: string;
  /** What it learns from. */
  readonly data: { readonly dataset: string; readonly sha256: Readonly<Record<string, string>> };
  /** What it is told about how to learn, by name. */
  readonly hyperparameters: Readonly<Record<string, number>>;
}

/**
 * The model's version: the first 16 hexadecimal digits of a SHA-256 over its ingredients. The order in which they are
 * written down makes no difference. Fit for an object store's path, a Kubernetes name and a label.
 *
 * @throws Error when there is no hash of the code, or when a hyper-parameter is not a finite number.
 */
export function modelVersion(ingredients: ModelIngredients): string {
  if (ingredients.code === "")
    throw new Error("The trainer image has no content hash; a model version must name its code.");
  for (const [name, value] of Object.entries(ingredients.hyperparameters)) {
    if (!Number.isFinite(value))
      throw new Error(`The hyper-parameter ${name} is ${String(value)}; give a finite number.`);
  }
  const { code, data, hyperparameters } = ingredients;
  return createHash("sha256")
    .update(canonicalJson({ code, data: { dataset: data.dataset, sha256: data.sha256 }, hyperparameters }))
    .digest("hex")
    .slice(0, 16);
}

/** JSON whose objects' keys are in order, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
