/** A fault of the user's or the machine's: one sentence that says what, with which value, and the remedy. */
export class UserError extends Error {
  override readonly name = "UserError";
  /** @param exitCode - what the command exits with; 1 unless told */
  constructor(
    message: string,
    readonly exitCode = 1,
  ) {
    super(message);
  }
}

/** What to print for anything thrown: the sentence alone for a known fault, the stack for a bug. */
export function describe(error: unknown): string {
  if (error instanceof UserError) return error.message;
  if (!(error instanceof Error)) return String(error);
  // Faults of the layers below carry sentences too; what tells a bug is one of the language's own error kinds.
  const isBug = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
  return isBug ? (error.stack ?? error.message) : error.message;
}
