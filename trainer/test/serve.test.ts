import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, type IncomingMessage, request } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { layersModel, modelFiles } from "../src/model/layersModel";
import { digitsNetwork } from "../src/model/network";
import { loadModel, type Model } from "../src/serve/model";
import { PredictionServer } from "../src/serve/server";
import { initialValues } from "../src/train/initial";

const LIMIT = 256 * 1024;
const network = digitsNetwork({ filters: [2, 3, 4], units: 5, dropout: 0 });

interface Answer {
  status: number;
  body: string;
  json: Record<string, unknown>;
}

/** Pixels of a picture by its number, flat. */
const pixels = (seed: number): number[] =>
  Array.from({ length: 784 }, (_, index) => ((index * 7 + seed * 31) % 100) / 100);

/** Flat pixels in rows of `width`, each value in an array of its own if `deep`. */
const rows = (flat: number[], deep: boolean): unknown[] =>
  Array.from({ length: 28 }, (_, y) => flat.slice(y * 28, y * 28 + 28).map((value) => (deep ? [value] : value)));

describe("the predictor", () => {
  const folder = mkdtempSync(join(tmpdir(), "predictor-"));
  const logged: string[] = [];
  const server = new PredictionServer({
    modelName: "digits",
    levels: 255,
    maxBatch: 8,
    maxBodyBytes: LIMIT,
    log: (line) => logged.push(line),
  });
  const agent = new Agent({ keepAlive: true });
  let model: Model;
  let port: number;

  const ask = async (method: string, path: string, body?: string | Buffer, headers = {}): Promise<Answer> => {
    const sent = request({ host: "127.0.0.1", port, method, path, agent, headers });
    sent.end(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    const answer = await text(response);
    const isJson = response.headers["content-type"] === "application/json";
    const json = isJson && method !== "HEAD" ? (JSON.parse(answer) as Record<string, unknown>) : {};
    return { status: response.statusCode!, body: answer, json };
  };
  const predict = (body: unknown) =>
    ask("POST", "/v1/models/digits:predict", typeof body === "string" ? body : JSON.stringify(body));
  const infer = (body: unknown, path = "/v2/models/digits/infer") =>
    ask("POST", path, typeof body === "string" ? body : JSON.stringify(body));
  const input = (more: object = {}) => ({
    inputs: [{ name: "image", shape: [1, 28, 28, 1], datatype: "FP32", data: pixels(1), ...more }],
  });

  before(async () => {
    const layers = layersModel(network, initialValues(network, [], 3));
    for (const [name, bytes] of await modelFiles(layers)) writeFileSync(join(folder, name), bytes);
    layers.dispose();
    writeFileSync(join(folder, "metrics.json"), JSON.stringify({ version: "abc123" }));
    server.http.listen(0, "127.0.0.1");
    await once(server.http, "listening");
    port = (server.http.address() as AddressInfo).port;
  });

  after(async () => {
    agent.destroy();
    server.http.close();
    server.http.closeAllConnections();
    await once(server.http, "close");
    rmSync(folder, { recursive: true });
  });

  describe("without a model", () => {
    it("is alive, but not ready", async () => {
      expect((await ask("GET", "/v2/health/live")).json).to.deep.equal({ live: true });
      expect(await ask("GET", "/v2/health/ready")).to.deep.include({ status: 503, json: { ready: false } });
    });

    it("says so, and why", async () => {
      server.notReady("/mnt/models/model.json cannot be read (ENOENT)");
      for (const answer of [
        await predict({ instances: [pixels(1)] }),
        await infer(input()),
        await ask("GET", "/v1/models/digits"),
        await ask("GET", "/v2/models/digits"),
      ]) {
        expect(answer.status).to.equal(503);
        expect(answer.json["error"]).to.equal(
          "Model with name digits is not ready: /mnt/models/model.json cannot be read (ENOENT).",
        );
      }
    });

    it("tells what is wrong with a folder", async () => {
      const empty = mkdtempSync(join(tmpdir(), "predictor-"));
      const failure = async (): Promise<string> => {
        const error: unknown = await loadModel(empty, undefined, 1).catch((reason: unknown) => reason);
        expect(error).to.be.instanceOf(Error).with.property("name", "ModelError");
        return (error as Error).message;
      };
      expect(await failure()).to.equal(`${join(empty, "model.json")} cannot be read (ENOENT).`);
      writeFileSync(join(empty, "model.json"), '{"weightsManifest": [{"paths": ["weights.bin"]}]}');
      expect(await failure()).to.include("weights.bin cannot be read");
      writeFileSync(join(empty, "weights.bin"), "");
      expect(await failure()).to.include("does not hold a tfjs layers model");
      writeFileSync(join(empty, "model.json"), "{");
      expect(await failure()).to.include("does not hold a tfjs layers model");
      rmSync(empty, { recursive: true });
    });
  });

  describe("with a model", () => {
    before(async () => {
      model = await loadModel(folder, undefined, 4);
      server.use(model);
    });

    const expected = (seed: number): number[] => Array.from(model.predict(Float32Array.from(pixels(seed)), 1));
    const near = (ours: unknown, theirs: number[]): void => {
      expect(ours).to.be.an("array").of.length(theirs.length);
      (ours as number[]).forEach((value, index) => expect(value).to.be.closeTo(theirs[index]!, 1e-6));
    };

    it("is ready, and says what it serves", async () => {
      expect(await ask("GET", "/v2/health/ready")).to.deep.include({ status: 200, json: { ready: true } });
      expect((await ask("GET", "/v2")).json).to.include.keys("name", "version", "extensions");
      expect((await ask("GET", "/v1/models")).json).to.deep.equal({ models: ["digits"] });
      expect((await ask("GET", "/v1/models/digits")).json).to.deep.equal({ name: "digits", ready: true });
      expect((await ask("GET", "/v2/models/digits/versions/abc123/ready")).json).to.deep.equal({
        name: "digits",
        ready: true,
      });
      expect((await ask("GET", "/v2/models/digits/")).json).to.deep.equal({
        name: "digits",
        versions: ["abc123"],
        platform: "tfjs_layers",
        inputs: [{ name: "image", datatype: "FP32", shape: [-1, 28, 28, 1] }],
        outputs: [{ name: "probabilities", datatype: "FP32", shape: [-1, 10] }],
      });
      expect((await ask("HEAD", "/v2/health/live")).status).to.equal(200);
    });

    it("predicts instances of 28x28x1, 28x28 and 784, also mixed", async () => {
      const instances = [rows(pixels(1), true), rows(pixels(2), false), pixels(3)];
      const { status, json } = await predict({ instances });
      expect(status).to.equal(200);
      const predictions = json["predictions"] as number[][];
      expect(predictions).to.have.length(3);
      predictions.forEach((row, index) => near(row, expected(index + 1)));
    });

    it("infers flat and nested data, and gives the id back", async () => {
      const flat = await infer({ id: "request-7", ...input() });
      expect(flat.json).to.deep.include({ model_name: "digits", model_version: "abc123", id: "request-7" });
      const [output] = flat.json["outputs"] as { data: number[] }[];
      expect(output).to.deep.include({ name: "probabilities", datatype: "FP32", shape: [1, 10] });
      near(output!.data, expected(1));
      const data = [rows(pixels(1), true), rows(pixels(2), true)];
      const nested = await infer(
        { ...input({ shape: [2, 28, 28, 1], data }), outputs: [{ name: "probabilities" }], parameters: {} },
        "/v2/models/digits/versions/abc123/infer",
      );
      const [both] = nested.json["outputs"] as { data: number[] }[];
      near(both!.data, [...expected(1), ...expected(2)]);
      expect(nested.json).to.not.have.property("id");
    });

    const batchMetrics = async () => {
      const { body } = await ask("GET", "/metrics");
      const read = (name: string) => Number(new RegExp(`predictor_batch_examples_${name} (\\d+)`).exec(body)?.[1] ?? 0);
      return { batches: read("count"), examples: read("sum") };
    };

    it("predicts many requests together, each with its own answer", async () => {
      const before = await batchMetrics();
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, seed) => predict({ instances: [pixels(seed), pixels(seed + 100)] })),
      );
      answers.forEach(({ json }, seed) => {
        const [first, second] = json["predictions"] as number[][];
        near(first, expected(seed));
        near(second, expected(seed + 100));
      });
      const { batches, examples } = await batchMetrics();
      expect(examples - before.examples).to.equal(80);
      // How many that makes hangs on what arrives while another is predicted; batcher.test.ts has them together.
      expect(batches - before.batches).to.be.within(10, 40);
    });

    it("takes an example with values above 1 for grey levels from 0 to 255", async () => {
      const levels = pixels(1).map((value) => Math.round(value * 255));
      const { json } = await predict({ instances: [levels, pixels(2)] });
      const [first, second] = json["predictions"] as number[][];
      near(
        first,
        Array.from(
          model.predict(
            Float32Array.from(levels, (level) => level / 255),
            1,
          ),
        ),
      );
      near(second, expected(2));
    });

    it("predicts a request that is larger than a batch", async () => {
      const flat = Array.from({ length: 21 }, (_, seed) => Array.from(pixels(seed), (value) => Math.round(value)));
      const { json } = await predict({ instances: flat });
      const predictions = json["predictions"] as number[][];
      expect(predictions).to.have.length(21);
      near(predictions[20], Array.from(model.predict(Float32Array.from(flat[20]!), 1)));
    });

    const deep = JSON.stringify({ instances: [0] }).replace("0", "[".repeat(9000) + "]".repeat(9000));
    const badV1: Record<string, [body: unknown, message: RegExp]> = {
      "no body": ["", /^The body is not JSON/],
      "malformed JSON": ['{"instances": [', /^The body is not JSON/],
      NaN: ['{"instances": [[NaN]]}', /^The body is not JSON/],
      "bytes that are no text": [Buffer.from([0xff, 0xfe, 0]).toString("latin1"), /^The body is not JSON/],
      "an array": ["[]", /^The body is an array of 0: give an object with "instances"/],
      null: ["null", /^The body is null/],
      "no instances": ["{}", /^"instances" is missing/],
      "instances that are an object": [{ instances: { a: 1 } }, /^"instances" is an object/],
      "an empty list of instances": [{ instances: [] }, /^"instances" is an array of 0/],
      "numbers for instances": [{ instances: [1, 2] }, /^instances\[0\] is 1, not an array of/],
      "too few pixels": [{ instances: [pixels(1).slice(1)] }, /^instances\[0\] is an array of 783/],
      "a short row": [
        { instances: [[...rows(pixels(1), false).slice(1), [1]]] },
        /^instances\[0\]\[27\] is an array of 1, not an array of 28/,
      ],
      "another depth": [{ instances: [[[[[1]]]]] }, /^instances\[0\] is an array of 1, not an array of 28/],
      "a second instance that is wrong": [
        { instances: [pixels(1), pixels(2).slice(5)] },
        /^instances\[1\] is an array of 779/,
      ],
      "a string for a pixel": [
        { instances: [["0.5", ...pixels(1).slice(1)]] },
        /^instances\[0\]\[0\] is "0.5": give a finite number/,
      ],
      "null for a pixel": [{ instances: [[...pixels(1).slice(1), null]] }, /^instances\[0\]\[783\] is null/],
      "an infinite pixel": [
        JSON.stringify({ instances: [pixels(1)] }).replace("0.31", "1e999"),
        /is null|is Infinity|finite number/,
      ],
      "arrays 9,000 deep": [deep, /^instances\[0\]/],
    };
    for (const [what, [body, message]] of Object.entries(badV1))
      it(`answers ${what} in V1 with 400`, async () => {
        const { status, json } = await predict(body);
        expect(status).to.equal(400);
        expect(json["error"]).to.match(message);
      });

    const badV2: Record<string, [body: unknown, message: RegExp]> = {
      "malformed JSON": ["{", /^The body is not JSON/],
      "a string": ['"infer"', /^The body is "infer"/],
      "no inputs": [{}, /^"inputs" is missing/],
      "two inputs": [{ inputs: [1, 2] }, /^"inputs" is an array of 2/],
      "an input that is a number": [{ inputs: [1] }, /^inputs\[0\] is 1/],
      "an unknown input": [input({ name: "picture" }), /^inputs\[0\].name is "picture": the model's input is "image"/],
      "an unknown datatype": [input({ datatype: "BYTES" }), /^inputs\[0\].datatype is "BYTES"/],
      "no shape": [input({ shape: undefined }), /^inputs\[0\].shape is missing/],
      "another shape": [input({ shape: [1, 28, 28], data: 3 }), /^inputs\[0\].data is 3/],
      "a wrong shape": [
        input({ shape: [1, 27, 28, 1] }),
        /^inputs\[0\].shape is \[1, 27, 28, 1\]: the model's input is \[-1, 28, 28, 1\]/,
      ],
      "a shape of fractions": [input({ shape: [0.5, 28, 28, 1] }), /^inputs\[0\].shape/],
      "a shape that claims more than there is": [
        input({ shape: [1e9, 28, 28, 1] }),
        /^inputs\[0\].data is an array of 784, not an array of 784000000000/,
      ],
      "no data": [input({ data: undefined }), /^inputs\[0\].data is missing/],
      "data with a string": [input({ data: ["a", ...pixels(1).slice(1)] }), /^inputs\[0\].data\[0\] is "a"/],
      "an unknown output": [{ ...input(), outputs: [{ name: "logits" }] }, /^outputs\[0\].name is "logits"/],
      "outputs that are no list": [{ ...input(), outputs: 1 }, /^"outputs" is 1/],
      "an id that is a number": [{ ...input(), id: 7 }, /^"id" is 7/],
      "parameters that are a list": [{ ...input(), parameters: [] }, /^"parameters" is an array of 0/],
    };
    for (const [what, [body, message]] of Object.entries(badV2))
      it(`answers ${what} in V2 with 400`, async () => {
        const { status, json } = await infer(body);
        expect(status).to.equal(400);
        expect(json["error"]).to.match(message);
      });

    const elsewhere: [method: string, path: string, status: number][] = [
      ["POST", "/v1/models/sevens:predict", 404],
      ["GET", "/v1/models/sevens", 404],
      ["POST", "/v2/models/sevens/infer", 404],
      ["GET", "/v2/models/sevens/ready", 404],
      ["GET", "/v2/models/digits/versions/2", 404],
      ["POST", "/v2/models/digits/versions/2/infer", 404],
      ["POST", "/v1/models/digits:explain", 404],
      ["GET", "/v2/models/digits/secrets", 404],
      ["GET", "/", 404],
      ["GET", "/v2/models/%E0%A4%A", 404],
      ["GET", "/v1/models/digits:predict", 405],
      ["DELETE", "/v2/models/digits", 405],
    ];
    for (const [method, path, status] of elsewhere)
      it(`answers ${method} ${path} with ${status}`, async () => {
        const answer = await ask(method, path);
        expect(answer.status).to.equal(status);
        expect(answer.json["error"]).to.be.a("string");
      });

    it("answers binary tensor data with 400", async () => {
      const headers = { "inference-header-content-length": "10" };
      expect((await ask("POST", "/v2/models/digits/infer", "{}", headers)).status).to.equal(400);
    });

    it("answers a body of 50 MB with 413, announced or not", async () => {
      const large = Buffer.alloc(50_000_000, "1");
      for (const headers of [{ "content-length": String(large.length) }, { "transfer-encoding": "chunked" }]) {
        const { status, json } = await ask("POST", "/v1/models/digits:predict", large, headers);
        expect(status).to.equal(413);
        expect(json["error"]).to.match(/larger than 262144 bytes/);
      }
    });

    it("outlives what is not even HTTP, and clients that leave", async () => {
      for (const bytes of [
        "\0\0\0\0\r\n\r\n",
        "POST /v1/models/digits:predict HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{",
      ]) {
        const socket = connect(port, "127.0.0.1");
        await once(socket, "connect");
        socket.on("error", () => undefined).write(bytes);
        socket.end();
        socket.resume();
        await once(socket, "close");
      }
      expect((await predict({ instances: [pixels(1)] })).status).to.equal(200);
    });

    it("counts what it answers, and has failed at nothing", async () => {
      const { body } = await ask("GET", "/metrics");
      expect(body).to.match(/predictor_requests_total\{route="v1 predict",status="200"\} \d+/);
      expect(body).to.match(/predictor_requests_total\{route="v2 infer",status="400"\} \d+/);
      expect(body).to.include('predictor_model_ready{model="digits",version="abc123"} 1');
      expect(body).to.not.include('status="500"');
      expect(logged).to.deep.equal([]);
    });

    it("tells probes when it is to end, and answers all the same", async () => {
      server.drain();
      expect((await ask("GET", "/v2/health/ready")).status).to.equal(503);
      expect((await ask("GET", "/v2/health/live")).status).to.equal(200);
      expect((await predict({ instances: [pixels(1)] })).status).to.equal(200);
    });
  });
});
