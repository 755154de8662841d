/** How the model is; `message` is for people. */
export interface Status {
  state: "ready" | "loading" | "unreachable" | "starting";
  message: string;
  model: { name: string; version?: string };
}

/** A predictor that answered something that is not a prediction, or did not answer in time. `status` is what our client is told. */
export class PredictorFault extends Error {
  constructor(
    readonly status: 502 | 503 | 504,
    message: string,
  ) {
    super(message);
  }
}

export interface PredictorOptions {
  /** Root under which /v1/models/… answers. */
  url: string;
  modelName: string;
  /** Longest that a prediction may take, retries included, in milliseconds. */
  timeout: number;
  /** Told of every retry, with its reason. */
  onRetry?: (reason: string) => void;
}

const classes = 10;
const imageSide = 28;
const attemptTimeout = 3_000;
const statusTimeout = 2_000;
// A predictor that is just rolling forward refuses for a moment; asking again costs nothing, as a prediction changes nothing.
const retriedStatuses = new Set([502, 503, 504]);
const firstPause = 25;
const longestPause = 500;

/** Speaks KServe's V1 protocol with the predictor. */
export class Predictor {
  constructor(private readonly options: PredictorOptions) {}

  /**
   * The ten probabilities for an image of 784 intensities. Asks again while the predictor refuses connections, breaks them or
   * says that it is not ready, until the timeout.
   *
   * @throws PredictorFault when there is no prediction by then.
   */
  async predict(image: readonly number[], signal: AbortSignal): Promise<number[]> {
    const rows = Array.from({ length: imageSide }, (_, row) =>
      image.slice(row * imageSide, (row + 1) * imageSide).map((value) => [value]),
    );
    const body = JSON.stringify({ instances: [rows] });
    const deadline = Date.now() + this.options.timeout;
    for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
      const attempt = await this.attempt(body, signal, deadline);
      if ("probabilities" in attempt) return attempt.probabilities;
      signal.throwIfAborted();
      if (!attempt.isWorthAnother || Date.now() + pause >= deadline) throw attempt.fault;
      this.options.onRetry?.(attempt.fault.message);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  /** Asks how the model is. Never throws. */
  async status(): Promise<Status> {
    const name = this.options.modelName;
    try {
      const response = await fetch(`${this.options.url}/v1/models/${name}`, {
        signal: AbortSignal.timeout(statusTimeout),
      });
      const body: unknown = await response.json().catch(() => undefined);
      // KServe's own server says "ready": true, older ones "True".
      const isReady = isRecord(body) && String(body["ready"]).toLowerCase() === "true";
      if (!response.ok || !isReady) return { state: "loading", message: "The model is being loaded…", model: { name } };
      const version = await this.version();
      return { state: "ready", message: "The model is ready", model: { name, ...(version && { version }) } };
    } catch {
      return {
        state: "unreachable",
        message: "The model is not running yet. This page goes on by itself when it is.",
        model: { name },
      };
    }
  }

  /** The model's version by the V2 protocol, which not every predictor speaks. */
  private async version(): Promise<string | undefined> {
    try {
      const response = await fetch(`${this.options.url}/v2/models/${this.options.modelName}`, {
        signal: AbortSignal.timeout(statusTimeout),
      });
      const body: unknown = response.ok ? await response.json() : undefined;
      const versions: unknown = isRecord(body) ? body["versions"] : undefined;
      const first: unknown = Array.isArray(versions) ? versions[0] : undefined;
      return typeof first === "string" ? first : undefined;
    } catch {
      return undefined;
    }
  }

  private async attempt(
    body: string,
    signal: AbortSignal,
    deadline: number,
  ): Promise<{ probabilities: number[] } | { fault: PredictorFault; isWorthAnother: boolean }> {
    const left = Math.max(1, Math.min(attemptTimeout, deadline - Date.now()));
    try {
      const response = await fetch(`${this.options.url}/v1/models/${this.options.modelName}:predict`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(left)]),
      });
      if (response.ok) return { probabilities: readPrediction(await response.json()) };
      await response.arrayBuffer();
      const isWorthAnother = retriedStatuses.has(response.status);
      return isWorthAnother
        ? { fault: new PredictorFault(503, "The model is not ready to answer. Trying again…"), isWorthAnother }
        : { fault: new PredictorFault(502, `The model answered ${String(response.status)}.`), isWorthAnother };
    } catch (error) {
      if (error instanceof PredictorFault) return { fault: error, isWorthAnother: false };
      const isLate = error instanceof Error && error.name === "TimeoutError";
      return isLate
        ? { fault: new PredictorFault(504, "The model takes too long to answer. Trying again…"), isWorthAnother: true }
        : { fault: new PredictorFault(503, "The model cannot be reached. Trying again…"), isWorthAnother: true };
    }
  }
}

function readPrediction(body: unknown): number[] {
  const predictions: unknown = isRecord(body) ? body["predictions"] : undefined;
  const first: unknown = Array.isArray(predictions) ? predictions[0] : undefined;
  if (Array.isArray(first) && first.length === classes && first.every((value) => Number.isFinite(value)))
    return first as number[];
  throw new PredictorFault(502, "The model answered something that is not ten probabilities.");
}

/** Whether a value is an object with named parts. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
