/** What can go wrong between a kubeconfig and an answer. Each message is a sentence for the user. */

/** The API server refused: its status code, and the reason and sentence of its Status object. */
export class KubeError extends Error {
  override readonly name = "KubeError";

  /**
   * @param status The HTTP status, such as 404.
   * @param reason The machine-readable reason, such as `NotFound`; empty where the answer is no Status object.
   */
  constructor(
    readonly status: number,
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** No answer came: the cluster is gone, stopped or out of reach. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";

  constructor(server: string, reason: string) {
    super(
      `The cluster at ${server} does not answer (${reason}): npm run up brings a local node back, another cluster must be reachable.`,
    );
  }
}

/** The kubeconfig is missing, unreadable or incomplete. */
export class KubeconfigError extends Error {
  override readonly name = "KubeconfigError";
}

/** The error for an answer that the caller cannot go on without. */
export const refusedError = (status: number, path: string): KubeError =>
  new KubeError(status, "", `The cluster answers ${status} to ${path}; the kubeconfig must be an administrator's.`);

/** Waits for an answer; undefined where the object or kind does not exist. */
export async function undefinedIfNotFound<T>(answer: Promise<unknown>): Promise<T | undefined> {
  try {
    return (await answer) as T;
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}

/** The error of an answer of status 400 and above. */
export function errorOf(status: number, body: unknown, request: string): KubeError {
  const text = (key: string): string | undefined => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, key) : undefined;
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  return new KubeError(status, text("reason") ?? "", text("message") ?? `${request} was answered ${status}`);
}
