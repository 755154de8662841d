/** What can go wrong between us and an API server. */
import { listAt, mapAt, textAt } from "./object";

/** An answer of the API server that is no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";

  /**
   * @param status - the HTTP status
   * @param reason - the machine-readable reason, such as `AlreadyExists`; empty where a proxy answered
   * @param message - the server's sentence
   * @param request - what was asked, as in `GET /api/v1/nodes`
   * @param details - the `details` of the server's Status object
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
    readonly request = "",
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }

  /** Reads the Status object of an answer; what a proxy answers instead becomes the message. */
  static of(status: number, body: string, request: string): ApiError {
    let answer: unknown;
    try {
      answer = JSON.parse(body);
    } catch {
      // A proxy or an overloaded server answers in plain text.
    }
    const message = textAt(answer, "message") || body.slice(0, 500).trim() || `${request} was answered ${status}`;
    return new ApiError(status, textAt(answer, "reason"), message, request, mapAt(answer, "details"));
  }
}

/** The API server gave no answer: refused, unknown host, bad certificate, too slow. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  /** @param server - its URL */
  constructor(
    readonly server: string,
    override readonly cause: Error,
  ) {
    super(`The API server ${server} cannot be reached: ${cause.message}`);
  }
}

/** The API server serves no such kind: it is neither built in nor defined by an established CRD. */
export class NoSuchKindError extends Error {
  override readonly name = "NoSuchKindError";

  constructor(apiVersion: string, kind: string) {
    super(`The API server knows no kind ${kind} in ${apiVersion}: install its CustomResourceDefinition.`);
  }
}

export const isNotFound = (error: unknown): error is ApiError => error instanceof ApiError && error.status === 404;

/** Whether a delete was refused since the object of that name is another one than was meant. */
export const isOtherUid = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 409 && /precondition failed: uid/i.test(error.message);

/** Whether a webhook could not be called, as opposed to denying: its server may be starting. */
export const isWebhookUnreached = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.status === 500 && error.message.includes("failed calling webhook");

/** Whether the server refused to change a field that cannot be changed once set. */
export const isImmutableField = (error: unknown): boolean =>
  error instanceof ApiError &&
  error.status === 422 &&
  (error.message.includes("field is immutable") ||
    listAt(error.details, "causes").some((cause) => textAt(cause, "message").includes("immutable")));

/** An answer; `undefined` where the server says 404. */
export async function undefinedIfNotFound<T>(answer: Promise<unknown>): Promise<T | undefined> {
  try {
    return (await answer) as T;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}
