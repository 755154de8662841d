/** A request that is answered with an error, in the form both protocols have for it. */
export class ProtocolError extends Error {
  override readonly name = "ProtocolError";

  /**
   * @param status the HTTP status.
   * @param message what is wrong with the request and what would be right.
   */
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The request is at fault. */
export const bad = (message: string): ProtocolError => new ProtocolError(400, message);
