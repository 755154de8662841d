import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";

const SECONDS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5];

/** What the server counts, for Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = new Counter({
    name: "predictor_requests_total",
    help: "Requests answered, by route and HTTP status.",
    labelNames: ["route", "status"] as const,
    registers: [this.#registry],
  });
  readonly #seconds = new Histogram({
    name: "predictor_request_seconds",
    help: "Time from a prediction request's last byte to its answer, by route.",
    labelNames: ["route"] as const,
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #batches = new Histogram({
    name: "predictor_batch_examples",
    help: "Examples predicted together.",
    buckets: [1, 2, 4, 8, 16, 32, 64],
    registers: [this.#registry],
  });
  readonly #inference = new Histogram({
    name: "predictor_inference_seconds",
    help: "Time the model took for a batch.",
    buckets: SECONDS,
    registers: [this.#registry],
  });
  readonly #ready = new Gauge({
    name: "predictor_model_ready",
    help: "1 when the model is loaded, else 0.",
    labelNames: ["model", "version"] as const,
    registers: [this.#registry],
  });

  /** @param pending how many requests are being answered right now. */
  constructor(pending: () => number) {
    collectDefaultMetrics({ register: this.#registry });
    new Gauge({
      name: "predictor_requests_pending",
      help: "Requests being answered.",
      registers: [this.#registry],
      collect() {
        this.set(pending());
      },
    });
  }

  /** The content type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All metrics in Prometheus' text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** A request has been answered. */
  request(route: string, status: number, seconds: number): void {
    this.#requests.inc({ route, status });
    if (route === "v1 predict" || route === "v2 infer") this.#seconds.observe({ route }, seconds);
  }

  /** A batch has been predicted. */
  batch(examples: number, seconds: number): void {
    this.#batches.observe(examples);
    this.#inference.observe(seconds);
  }

  /** The model is loaded. */
  ready(model: string, version: string): void {
    this.#ready.set({ model, version }, 1);
  }
}
