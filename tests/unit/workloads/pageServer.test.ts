import { expect } from "chai";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "../../../workloads/digits/page/server/app";
import { readFiles } from "../../../workloads/digits/page/server/files";
import { Metrics } from "../../../workloads/digits/page/server/metrics";
import { Predictor } from "../../../workloads/digits/page/server/predictor";
import { readSettings } from "../../../workloads/digits/page/server/settings";
import { Watcher } from "../../../workloads/digits/page/server/watcher";
import { Load } from "../../support/stack/load";
import { until } from "../../support/machine/until";

const probabilities = [0.01, 0.01, 0.01, 0.9, 0.01, 0.01, 0.01, 0.01, 0.01, 0.02];
const image = new Array<number>(784).fill(0.5);
const never = new AbortController().signal;

describe("the page's server", () => {
  const closing: (() => Promise<unknown> | void)[] = [];

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function listen(server: Server, port = 0): Promise<number> {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    closing.push(async () => {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    });
    return (server.address() as AddressInfo).port;
  }

  const answering: RequestListener = (request, response) => {
    response.setHeader("content-type", "application/json");
    if (request.url === "/v1/models/digits") response.end('{"name":"digits","ready":true}');
    else if (request.url === "/v2/models/digits") response.end('{"name":"digits","versions":["abc"]}');
    else request.resume().once("end", () => response.end(JSON.stringify({ predictions: [probabilities] })));
  };

  function predictorAt(port: number, timeout = 5_000, onRetry?: (reason: string) => void): Predictor {
    return new Predictor({ url: `http://127.0.0.1:${String(port)}`, modelName: "digits", timeout, onRetry });
  }

  /** A whole server whose predictor is at a port; returns its address. */
  async function start(predictorPort: number): Promise<{ url: string; app: App; watcher: Watcher }> {
    const folder = mkdtempSync(join(tmpdir(), "page-"));
    closing.push(() => {
      rmSync(folder, { recursive: true });
    });
    writeFileSync(join(folder, "index.html"), "<title>page</title>");
    writeFileSync(join(folder, "app.js"), "export {};");
    const predictor = predictorAt(predictorPort, 400);
    const watcher = new Watcher(predictor, "digits");
    closing.push(() => {
      watcher.stop();
    });
    const app = new App({ files: readFiles(folder), predictor, watcher, metrics: new Metrics() });
    const port = await listen(app.server);
    return { url: `http://127.0.0.1:${String(port)}`, app, watcher };
  }

  const send = (url: string, body: unknown, headers = {}): Promise<Response> =>
    fetch(`${url}/api/predict`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  const errorOf = async (response: Response): Promise<string> => ((await response.json()) as { error: string }).error;

  it("hands a drawing to the predictor and its probabilities back", async () => {
    let sent: unknown;
    const { url } = await start(
      await listen(
        createServer((request, response) => {
          const chunks: Buffer[] = [];
          request.on("data", (chunk: Buffer) => chunks.push(chunk));
          request.once("end", () => {
            sent = JSON.parse(Buffer.concat(chunks).toString());
            response.end(JSON.stringify({ predictions: [probabilities] }));
          });
        }),
      ),
    );
    const response = await send(url, { image });
    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ probabilities });
    const { instances } = sent as { instances: number[][][][] };
    expect([instances.length, instances[0]?.length, instances[0]?.[0]?.length]).to.deep.equal([1, 28, 28]);
    expect(instances[0]?.[27]?.[27]).to.deep.equal([0.5]);
  });

  it("asks again while the predictor refuses connections and until it answers", async () => {
    const free = createServer();
    const port = await listen(free);
    await new Promise((resolve) => free.close(resolve));
    const back = createServer(answering);
    const reasons: string[] = [];
    const predictor = predictorAt(port, 5_000, (reason) => {
      reasons.push(reason);
      if (reasons.length === 2) void listen(back, port);
    });
    expect(await predictor.predict(image, never)).to.deep.equal(probabilities);
    expect(reasons.length).to.be.at.least(2);
  });

  it("asks again when a connection breaks or the predictor says that it is not ready", async () => {
    let count = 0;
    const port = await listen(
      createServer((request, response) => {
        count++;
        if (count === 1) request.socket.destroy();
        else if (count === 2) response.writeHead(503).end("not ready");
        else answering(request, response);
      }),
    );
    expect(await predictorAt(port).predict(image, never)).to.deep.equal(probabilities);
    expect(count).to.equal(3);
  });

  it("does not ask again after an answer that will not change", async () => {
    let count = 0;
    const port = await listen(
      createServer((_, response) => {
        count++;
        response.writeHead(400).end();
      }),
    );
    const { url } = await start(port);
    const response = await send(url, { image });
    expect(response.status).to.equal(502);
    expect(await errorOf(response)).to.equal("The model answered 400.");
    expect(count).to.equal(1);
  });

  it("says so when the answer is not ten probabilities", async () => {
    const port = await listen(createServer((_, response) => response.end('{"predictions":[[1,2,null]]}')));
    const { url } = await start(port);
    expect(await errorOf(await send(url, { image }))).to.contain("not ten probabilities");
  });

  it("gives up in time when the predictor is silent", async () => {
    const port = await listen(createServer(() => undefined));
    const { url } = await start(port);
    const response = await send(url, { image });
    expect(response.status).to.equal(504);
    expect(await errorOf(response)).to.contain("too long");
  });

  for (const [what, body, headers, status] of [
    ["malformed JSON", "{", {}, 400],
    ["a wrong number of pixels", { image: [1, 2] }, {}, 400],
    ["numbers that are no intensities", { image: [...image.slice(1), 7] }, {}, 400],
    ["words", { image: [...image.slice(1), "1"] }, {}, 400],
    ["nothing", "null", {}, 400],
    ["another type", { image }, { "content-type": "text/plain" }, 415],
    ["a large body", { image, more: "x".repeat(100_000) }, {}, 413],
  ] as const) {
    it(`refuses ${what} and stays up`, async () => {
      const { url } = await start(await listen(createServer(answering)));
      const response = await send(url, body, headers);
      expect(response.status).to.equal(status);
      expect(await errorOf(response)).to.match(/\.$/);
      expect((await send(url, { image })).status).to.equal(200);
    });
  }

  it("refuses a body that grows too large without saying its length", async () => {
    const { url } = await start(await listen(createServer(answering)));
    const { port } = new URL(url);
    const socket = connect(Number(port), "127.0.0.1");
    socket.write(
      "POST /api/predict HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
    );
    socket.write(`9000\r\n${" ".repeat(0x9000)}\r\n`);
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).to.match(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it("tells how the model is: not running, being loaded, ready", async () => {
    const { url, watcher } = await start(9);
    const status = async () => {
      await watcher.refresh();
      return (await (await fetch(`${url}/api/status`)).json()) as { state: string; message: string };
    };
    expect(await status()).to.include({ state: "unreachable" });

    const loading = await start(await listen(createServer((_, response) => response.writeHead(503).end("{}"))));
    await loading.watcher.refresh();
    expect(loading.watcher.status).to.deep.include({ state: "loading", message: "The model is being loaded…" });

    const ready = await start(await listen(createServer(answering)));
    await ready.watcher.refresh();
    expect(ready.watcher.status).to.deep.include({ state: "ready", model: { name: "digits", version: "abc" } });
  });

  it("sends its files compressed, with tags, and nothing that is not one of them", async () => {
    const { url } = await start(9);
    const page = await fetch(url, { headers: { "accept-encoding": "br" } });
    expect(page.headers.get("content-encoding")).to.equal("br");
    expect(await page.text()).to.equal("<title>page</title>");
    const etag = page.headers.get("etag") ?? "";
    expect((await fetch(url, { headers: { "if-none-match": etag } })).status).to.equal(304);
    for (const path of ["/../package.json", "/%2e%2e/package.json", "/nothing.js", "//etc/passwd"])
      expect((await fetch(url + path)).status, path).to.equal(404);
    expect((await fetch(url, { method: "DELETE" })).status).to.equal(405);
  });

  it("forbids everything that the page does not need", async () => {
    const { url } = await start(9);
    for (const path of ["/", "/api/status", "/nothing"]) {
      const { headers } = await fetch(url + path);
      expect(headers.get("content-security-policy"), path).to.match(/^default-src 'none'; script-src 'self';/);
      expect(headers.get("x-content-type-options"), path).to.equal("nosniff");
    }
  });

  it("counts for Prometheus", async () => {
    const { url } = await start(await listen(createServer(answering)));
    await send(url, { image });
    const text = await (await fetch(`${url}/metrics`)).text();
    expect(text).to.contain('digits_page_requests_total{route="/api/predict",status="200"} 1');
    expect(text).to.contain('digits_page_predict_seconds_bucket{le="+Inf"} 1');
  });

  it("answers what is under way before it closes", async () => {
    let arrived: () => void;
    let answer: () => void;
    const asked = new Promise<void>((resolve) => (arrived = resolve));
    const port = await listen(
      createServer((request, response) => {
        arrived();
        answer = () => {
          answering(request, response);
        };
      }),
    );
    const { url, app } = await start(port);
    const pending = send(url, { image });
    await asked;
    const drained = app.drain(5_000);
    answer!();
    expect((await pending).status).to.equal(200);
    await drained;
    expect(app.server.listening).to.equal(false);
  });

  it("goes on answering those who still come, each for the last time on its connection, until nobody does", async () => {
    const { url, app } = await start(await listen(createServer(answering)));
    const body = JSON.stringify({ image });
    const load = new Load(
      [true, false].map((keepsConnections) => ({ url: `${url}/api/predict`, body, keepsConnections })),
    );
    await until("the load is answered", () => load.answeredSoFar > 20, 10);
    closing.push(() => load.stop());
    const drained = app.drain(20_000, 200);
    const before = load.answeredSoFar;
    await until("more is answered", () => load.answeredSoFar > before + 50, 10);
    const { headers } = await fetch(url);
    expect(headers.get("connection")).to.equal("close");
    expect((await load.stop()).failed).to.deep.equal([]);
    await drained;
    expect(app.server.listening).to.equal(false);
  });

  it("reports every fault of its settings at once", () => {
    expect(() => readSettings({ PORT: "web", PREDICTOR_URL: "ftp://x", MODEL_NAME: "a/b" }, "public")).to.throw(
      /PORT is "web".*PREDICTOR_URL is "ftp:\/\/x".*MODEL_NAME is "a\/b"/,
    );
    expect(readSettings({ PREDICTOR_URL: "http://digits.digits.svc/" }, "public")).to.include({
      port: 8080,
      predictorUrl: "http://digits.digits.svc",
      modelName: "digits",
    });
  });
});
