const buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts what the server does, for Prometheus. */
export class Metrics {
  private readonly requests = new Map<string, number>();
  private readonly latency = buckets.map(() => 0);
  private latencySum = 0;
  private latencyCount = 0;
  private retries = 0;

  countRequest(route: string, status: number): void {
    const labels = `route="${route}",status="${String(status)}"`;
    this.requests.set(labels, (this.requests.get(labels) ?? 0) + 1);
  }

  countRetry(): void {
    this.retries++;
  }

  observePrediction(seconds: number): void {
    this.latencySum += seconds;
    this.latencyCount++;
    for (const [index, bound] of buckets.entries()) {
      if (seconds <= bound) this.latency[index] = (this.latency[index] ?? 0) + 1;
    }
  }

  /** The counts in Prometheus' text format. */
  text(modelIsReady: boolean): string {
    const seconds = "digits_page_predict_seconds";
    return [
      "# HELP digits_page_requests_total Requests answered, by route and status.",
      "# TYPE digits_page_requests_total counter",
      ...[...this.requests].map(([labels, count]) => `digits_page_requests_total{${labels}} ${String(count)}`),
      "# HELP digits_page_predictor_retries_total Questions asked of the predictor again.",
      "# TYPE digits_page_predictor_retries_total counter",
      `digits_page_predictor_retries_total ${String(this.retries)}`,
      `# HELP ${seconds} Time from a drawing's arrival to its answer.`,
      `# TYPE ${seconds} histogram`,
      ...buckets.map((bound, index) => `${seconds}_bucket{le="${String(bound)}"} ${String(this.latency[index])}`),
      `${seconds}_bucket{le="+Inf"} ${String(this.latencyCount)}`,
      `${seconds}_sum ${String(this.latencySum)}`,
      `${seconds}_count ${String(this.latencyCount)}`,
      "# HELP digits_page_model_ready 1 when the model answers, else 0.",
      "# TYPE digits_page_model_ready gauge",
      `digits_page_model_ready ${modelIsReady ? "1" : "0"}`,
      "",
    ].join("\n");
  }
}
