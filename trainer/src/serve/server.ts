import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Batcher } from "./batcher";
import { parseJson, readBody } from "./body";
import { ProtocolError } from "./errors";
import { Metrics } from "./metrics";
import type { Model } from "./model";
import { type Route, route } from "./routes";
import { toUnitRange } from "./tensor";
import { predictions, readInstances } from "./v1";
import { inferReply, modelMetadata, readInfer } from "./v2";

/** How a server is set up. */
export interface ServerOptions {
  /** The name the model is asked for by. */
  modelName: string;
  /** An example with a value above 1 is taken for grey levels from 0 to this, and brought to 0 to 1; 0 takes all as they are. */
  levels: number;
  /** Most examples predicted together. */
  maxBatch: number;
  /** Largest body that is read, in bytes. */
  maxBodyBytes: number;
  /** Takes one line about something that went wrong inside. */
  log(line: string): void;
}

interface Reply {
  status: number;
  body: string;
  type?: string;
}

const json = (body: object, status = 200): Reply => ({ status, body: JSON.stringify(body) });

/** How long a client may go on sending a body that was refused before the connection is cut. */
const DISCARD_MS = 10_000;

/** Answers KServe's V1 and the Open Inference (V2) REST protocols for one model. */
export class PredictionServer {
  readonly http: Server;
  readonly #metrics = new Metrics(() => this.#pending);
  #pending = 0;
  #loaded: { model: Model; batcher: Batcher } | undefined;
  #whyNot = "it is being loaded";
  #draining = false;
  #lastRequest = performance.now();

  constructor(private readonly options: ServerOptions) {
    this.http = createServer({ requestTimeout: 60_000, headersTimeout: 15_000, keepAliveTimeout: 75_000 });
    const answer = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response);
    // Those who ask before they send a large body are told at once that it is too large.
    this.http.on("request", answer).on("checkContinue", (request: IncomingMessage, response: ServerResponse) => {
      if (Number(request.headers["content-length"] ?? 0) <= this.options.maxBodyBytes) response.writeContinue();
      answer(request, response);
    });
  }

  /** From now on requests are answered with this model. */
  use(model: Model): void {
    const observe = (count: number, seconds: number): void => this.#metrics.batch(count, seconds);
    this.#loaded = { model, batcher: new Batcher(model, this.options.maxBatch, observe) };
    this.#metrics.ready(this.options.modelName, model.version);
  }

  /** Says why there is no model yet; clients are told. */
  notReady(reason: string): void {
    this.#whyNot = reason;
  }

  /** Tells probes to send no more requests here; those that come are answered. */
  drain(): void {
    this.#draining = true;
  }

  /** Milliseconds for which nothing has been asked or answered, 0 while a request is being answered. */
  idleFor(): number {
    return this.#pending > 0 ? 0 : performance.now() - this.#lastRequest;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#pending++;
    const started = performance.now();
    let name: Route["name"] | "unknown" = "unknown";
    let reply: Reply;
    try {
      const asked = route(request.method ?? "", request.url ?? "");
      name = asked.name;
      // Probes must not keep a draining server from ending.
      if (name === "v1 predict" || name === "v2 infer") this.#lastRequest = started;
      reply = await this.#reply(asked, request);
    } catch (error) {
      reply = this.#failure(error);
    }
    send(request, response, reply, this.#draining);
    this.#pending--;
    this.#metrics.request(name, reply.status, (performance.now() - started) / 1000);
  }

  #failure(error: unknown): Reply {
    if (error instanceof ProtocolError) return json({ error: error.message }, error.status);
    this.options.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return json({ error: "The server failed at this request; its log says why." }, 500);
  }

  async #reply(asked: Route, request: IncomingMessage): Promise<Reply> {
    const { modelName, maxBodyBytes, levels } = this.options;
    switch (asked.name) {
      case "v1 models":
        return json({ models: [modelName] });
      case "v1 model":
        this.#require(asked.model);
        return json({ name: modelName, ready: true });
      case "v2 server":
        return json({ name: "kubeflow-stack-trainer", version: "0.1.0", extensions: [] });
      case "v2 live":
        return json({ live: true });
      case "v2 ready": {
        const ready = this.#loaded !== undefined && !this.#draining;
        return json({ ready }, ready ? 200 : 503);
      }
      case "metrics":
        return { status: 200, body: await this.#metrics.text(), type: this.#metrics.contentType };
      case "v2 model":
        return json(modelMetadata(modelName, this.#require(asked.model, asked.version).model));
      case "v2 model ready":
        this.#require(asked.model, asked.version);
        return json({ name: modelName, ready: true });
      case "v1 predict": {
        const { model, batcher } = this.#require(asked.model);
        const instances = readInstances(parseJson(await readBody(request, maxBodyBytes)), model);
        toUnitRange(instances, levels);
        return { status: 200, body: predictions(await batcher.predict(instances), model) };
      }
      case "v2 infer": {
        const { model, batcher } = this.#require(asked.model, asked.version);
        checkBinary(request);
        const infer = readInfer(parseJson(await readBody(request, maxBodyBytes)), model);
        toUnitRange(infer, levels);
        return { status: 200, body: inferReply(await batcher.predict(infer), infer, modelName, model) };
      }
    }
  }

  /** The model, if it is the one that is asked for and ready. */
  #require(name: string, version?: string): { model: Model; batcher: Batcher } {
    const { modelName } = this.options;
    if (name !== modelName) throw new ProtocolError(404, `Model with name ${name} does not exist.`);
    const loaded = this.#loaded;
    if (!loaded) throw new ProtocolError(503, `Model with name ${name} is not ready: ${this.#whyNot}.`);
    if (version !== undefined && version !== loaded.model.version)
      throw new ProtocolError(404, `Model ${name} has no version ${version}; its version is ${loaded.model.version}.`);
    return loaded;
  }
}

function checkBinary({ headers }: IncomingMessage): void {
  if (headers["inference-header-content-length"] !== undefined)
    throw new ProtocolError(400, "Binary tensor data is not spoken here: send the data as JSON numbers.");
}

function send(request: IncomingMessage, response: ServerResponse, reply: Reply, last: boolean): void {
  if (last) response.setHeader("connection", "close");
  response.writeHead(reply.status, {
    "content-type": reply.type ?? "application/json",
    "content-length": Buffer.byteLength(reply.body),
  });
  if (request.complete) {
    response.end(reply.body);
    return;
  }
  // What is left of a body that was refused is let go by, so that a client that reads only once it has sent all gets
  // to read the answer; not for ever, though.
  response.write(reply.body);
  const cut = setTimeout(() => request.destroy(), DISCARD_MS);
  request.once("close", () => {
    clearTimeout(cut);
    response.end();
  });
  request.resume();
}
