/** What the API server said when it refused. */
import { type PropertyMap } from "../base";
import { listAt, textAt } from "./object";

/** An answer of the API server that is not a success. */
export class ApiError extends Error {
  constructor(
    readonly code: number,
    readonly reason: string,
    message: string,
    readonly details: PropertyMap,
  ) {
    super(message);
    this.name = "ApiError";
  }

  /** Makes the error of an HTTP answer; the body is a `Status` object where the API server wrote it. */
  static of(code: number, body: string): ApiError {
    let status: PropertyMap = {};
    try {
      status = JSON.parse(body) as PropertyMap;
    } catch {
      // A proxy or an overloaded server answers in plain text.
    }
    const message = textAt(status, "message") || body.slice(0, 500).trim() || `HTTP ${code}`;
    return new ApiError(code, textAt(status, "reason"), message, (status["details"] as PropertyMap | undefined) ?? {});
  }
}

/** The server cannot be reached at all: refused, unknown host, bad certificate. */
export class UnreachableError extends Error {
  constructor(server: string, cause: Error) {
    super(`configured Kubernetes cluster is unreachable at ${server}: ${cause.message}`);
    this.name = "UnreachableError";
  }
}

/** No such kind: neither built in nor defined by a CustomResourceDefinition that is established. */
export class NoSuchKindError extends Error {
  constructor(apiVersion: string, kind: string) {
    super(`the API server knows no kind ${kind} in ${apiVersion}; is its CustomResourceDefinition installed?`);
    this.name = "NoSuchKindError";
  }
}

export const isNotFound = (error: unknown): error is ApiError => error instanceof ApiError && error.code === 404;
export const isConflict = (error: unknown): boolean => error instanceof ApiError && error.code === 409;
export const isForbidden = (error: unknown): boolean => error instanceof ApiError && error.code === 403;
export const isAlreadyExists = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 409 && error.reason === "AlreadyExists";

/** Whether a webhook could not be asked, as opposed to its having said no: its server may be starting, or its address be new. */
export const isWebhookUnreached = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 500 && error.message.includes("failed calling webhook");

/** Whether a namespace that is to be made first is what is missing. */
export function isNamespaceNotFound(error: unknown): boolean {
  return isNotFound(error) && textAt(error.details, "kind") === "namespaces";
}

/** Whether a field that cannot be changed once set is what the server refused. */
export function isImmutableField(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    error.code === 422 &&
    (error.message.includes("field is immutable") ||
      listAt(error.details, "causes").some((cause) => textAt(cause, "message").includes("immutable")))
  );
}
