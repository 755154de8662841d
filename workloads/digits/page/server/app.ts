import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { PageFile } from "./files";
import { readJson, Refusal, safetyHeaders, sendJson } from "./http";
import { type Metrics } from "./metrics";
import { isRecord, PredictorFault, type Predictor } from "./predictor";
import type { Watcher } from "./watcher";

const pixels = 784;
const bodyLimit = 32 * 1024;
const mostAtOnce = 64;
const pollInterval = 50;
/** Milliseconds for what is still under way when nobody is let in any more. */
const lastAnswers = 5_000;
/** What is asked whether anybody uses the page or not. */
const probes = new Set(["/healthz", "/readyz", "/metrics"]);

export interface AppOptions {
  files: Map<string, PageFile>;
  predictor: Pick<Predictor, "predict">;
  watcher: Pick<Watcher, "status" | "refresh">;
  metrics: Metrics;
}

/**
 * The page's server: its files, `/api/status`, `/api/predict`, `/healthz`, `/readyz` and `/metrics`.
 * It is ready whatever the model is, as telling people how the model is is its job.
 */
export class App {
  readonly server: Server;
  private predicting = 0;
  private isDraining = false;
  private underWay = 0;
  private lastAsked = 0;

  constructor(private readonly options: AppOptions) {
    this.server = createServer((request, response) => void this.answer(request, response));
    this.server.requestTimeout = 15_000;
    this.server.headersTimeout = 10_000;
    // Longer than the minute after which usual balancers drop idle connections, so that theirs close first.
    this.server.keepAliveTimeout = 65_000;
  }

  /**
   * Ends without losing a request: `/readyz` says so at once, and what comes is answered, the last on its connection, until nobody
   * but probes has asked for a while, since those who route requests here learn of it late.
   * @param timeout - milliseconds after which nobody is let in any more; what is under way then has five seconds to be answered
   * @param quiet - milliseconds without a request. Default: 1000
   */
  async drain(timeout: number, quiet = 1_000): Promise<void> {
    this.isDraining = true;
    const started = performance.now();
    const isOver = () => performance.now() - started > timeout;
    const isQuiet = () => this.underWay === 0 && performance.now() - Math.max(started, this.lastAsked) >= quiet;
    while (!isQuiet() && !isOver()) await wait(pollInterval);
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    const closing = performance.now();
    while (this.underWay > 0 && performance.now() - closing < lastAnswers) await wait(pollInterval);
    this.server.closeAllConnections();
    await closed;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    for (const [name, value] of Object.entries(safetyHeaders)) response.setHeader(name, value);
    if (this.isDraining) response.setHeader("connection", "close");
    const route = this.routes.get(path);
    if (!probes.has(path)) this.begin(response);
    try {
      if (route) await route(request, response);
      else this.sendFile(path, request, response);
    } catch (error) {
      this.sendFault(error, response);
    }
    this.options.metrics.countRequest(route ? path : "file", response.statusCode);
  }

  /** Counts a request until its answer has been sent or its client has left. */
  private begin(response: ServerResponse): void {
    this.underWay++;
    this.lastAsked = performance.now();
    response.once("close", () => {
      this.underWay--;
    });
  }

  private readonly routes = new Map<string, (request: IncomingMessage, response: ServerResponse) => unknown>([
    ["/healthz", (_, response) => sendJson(response, 200, { alive: true })],
    ["/readyz", (_, response) => sendJson(response, this.isDraining ? 503 : 200, { ready: !this.isDraining })],
    ["/api/status", (_, response) => sendJson(response, 200, this.options.watcher.status)],
    ["/api/predict", (request, response) => this.predict(request, response)],
    ["/metrics", (_, response) => this.sendMetrics(response)],
  ]);

  private async predict(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== "POST") throw new Refusal(405, "Send drawings with POST.", { allow: "POST" });
    if (this.predicting >= mostAtOnce)
      throw new Refusal(503, "Too many people draw at once. Trying again…", { "retry-after": "1" });
    this.predicting++;
    const started = performance.now();
    const gone = new AbortController();
    response.once("close", () => {
      gone.abort();
    });
    try {
      const image = readImage(await readJson(request, bodyLimit));
      sendJson(response, 200, { probabilities: await this.options.predictor.predict(image, gone.signal) });
      this.options.metrics.observePrediction((performance.now() - started) / 1000);
    } finally {
      this.predicting--;
    }
  }

  private sendMetrics(response: ServerResponse): void {
    response.setHeader("content-type", "text/plain; version=0.0.4; charset=utf-8");
    response.end(this.options.metrics.text(this.options.watcher.status.state === "ready"));
  }

  private sendFile(path: string, request: IncomingMessage, response: ServerResponse): void {
    if (request.method !== "GET" && request.method !== "HEAD")
      throw new Refusal(405, "This can only be read.", { allow: "GET, HEAD" });
    const file = this.options.files.get(path);
    if (!file) throw new Refusal(404, "There is nothing here.");
    // "no-cache" asks each time, and costs an empty answer: a new version of the page is seen at once.
    const headers = { etag: file.etag, "cache-control": "no-cache", vary: "accept-encoding" };
    if (request.headers["if-none-match"] === file.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const accepted = request.headers["accept-encoding"] ?? "";
    const encoding = (["br", "gzip"] as const).find((name) => new RegExp(`\\b${name}\\b`).test(accepted));
    const body = encoding ? file[encoding] : file.plain;
    response.writeHead(200, {
      ...headers,
      "content-type": file.type,
      "content-length": body.length,
      ...(encoding && { "content-encoding": encoding }),
    });
    response.end(request.method === "HEAD" ? undefined : body);
  }

  private sendFault(error: unknown, response: ServerResponse): void {
    if (response.headersSent || response.destroyed) {
      response.destroy();
      return;
    }
    if (error instanceof Refusal) sendJson(response, error.status, { error: error.message }, error.headers);
    else if (error instanceof PredictorFault) {
      void this.options.watcher.refresh();
      sendJson(response, error.status, { error: error.message });
    } else {
      process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
      sendJson(response, 500, { error: "The page's server has a fault; its log says more." });
    }
  }
}

function readImage(body: unknown): number[] {
  const image: unknown = isRecord(body) ? body["image"] : undefined;
  if (!Array.isArray(image) || image.length !== pixels)
    throw new Refusal(400, `Send {"image": […]} with ${String(pixels)} numbers.`);
  if (!image.every((value) => typeof value === "number" && value >= 0 && value <= 1))
    throw new Refusal(400, "Each of the image's numbers lies between 0 and 1.");
  return image as number[];
}
