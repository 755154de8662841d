import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { Client } from "minio";
import { prepareTrainer } from "../../infra/recipes/tfjsNode";
import { startMinio } from "../support/cluster/servers";
import { endTrainers, startTrainer } from "../support/digits/trainerCommand";

const BUCKET = "mlpipeline";
const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** A data set small enough to train on in a moment: bars whose place tells the class. */
function bars(count: number): { images: Buffer; labels: Buffer } {
  const header = (...words: number[]): Buffer => {
    const bytes = Buffer.alloc(words.length * 4);
    words.forEach((word, index) => bytes.writeUInt32BE(word, index * 4));
    return bytes;
  };
  const labels = Buffer.from(Array.from({ length: count }, (_, index) => index % 10));
  const images = Buffer.alloc(count * 784);
  labels.forEach((label, index) => {
    for (let y = 4; y < 24; y++)
      images.fill(255 - index, index * 784 + y * 28 + 4 + label * 2, index * 784 + y * 28 + 6 + label * 2);
  });
  return {
    images: Buffer.concat([header(0x803, count, 28, 28), images]),
    labels: Buffer.concat([header(0x801, count), labels]),
  };
}

describe("the trainer, with a real MinIO", function () {
  this.timeout(900_000);

  const train = bars(200);
  const test = bars(50);
  const files: Record<string, Buffer> = {
    "train-images-idx3-ubyte.gz": gzipSync(train.images),
    "train-labels-idx1-ubyte": train.labels,
    "t10k-images-idx3-ubyte": test.images,
    "t10k-labels-idx1-ubyte.gz": gzipSync(test.labels),
  };
  const sums = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, sha256(bytes)]));
  const parameters = {
    epochs: 12,
    batchSize: 20,
    filters: [4, 4, 4],
    units: 16,
    dropout: 0.1,
    learningRate: 0.01,
    averaging: 0.9,
    rotation: 1,
    shift: 0.2,
    seed: 7,
  };
  let minio: Awaited<ReturnType<typeof startMinio>>;
  let client: Client;

  const environment = (version: string, more: Record<string, string> = {}): Record<string, string> => ({
    S3_ENDPOINT: minio.endpoint,
    S3_ACCESS_KEY: minio.accessKey,
    S3_SECRET_KEY: minio.secretKey,
    MODEL_VERSION: version,
    HYPERPARAMETERS: JSON.stringify(parameters),
    DATASET: `s3://${BUCKET}/data/bars`,
    DATASET_SHA256: JSON.stringify(sums),
    ...more,
  });
  const read = async (key: string): Promise<Buffer> => buffer(await client.getObject(BUCKET, key));
  const list = async (prefix: string): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of client.listObjectsV2(BUCKET, prefix, true) as AsyncIterable<{ name?: string }>)
      names.push((name ?? "").slice(prefix.length));
    return names.sort();
  };
  const whole = ["confusion-matrix.png", "metrics.json", "model.json", "weights.bin"];
  let wholeRun: Buffer;

  before(async () => {
    await prepareTrainer();
    minio = await startMinio();
    const { hostname, port } = new URL(minio.endpoint);
    const { accessKey, secretKey } = minio;
    client = new Client({
      endPoint: hostname,
      port: Number(port),
      useSSL: false,
      accessKey,
      secretKey,
      region: "us-east-1",
    });
    await client.makeBucket(BUCKET);
    for (const [name, bytes] of Object.entries(files)) await client.putObject(BUCKET, `data/bars/${name}`, bytes);
  });
  afterEach(endTrainers);
  after(() => minio?.stop());

  it("trains on IDX files of the bucket, reports its progress, and writes the model with its metrics", async () => {
    const { code, lines, errors } = await startTrainer(["train"], environment("whole")).ended;
    expect(code, errors).to.equal(0);
    expect(lines.filter((line) => /^epoch .*loss .*accuracy .*held out/.test(line))).to.have.length(12);
    expect(await list("digits/whole/")).to.deep.equal(whole);
    const metrics = JSON.parse((await read("digits/whole/metrics.json")).toString()) as Record<string, unknown>;
    expect(metrics).to.deep.include({ version: "whole", total: 50, epochs: 12 });
    expect(metrics["accuracy"]).to.be.above(0.9);
    expect(metrics["dataset"]).to.include({ train: 200, heldOut: 50 });
    wholeRun = await read("digits/whole/weights.bin");
  });

  it("does nothing for a version that exists", async () => {
    const { code, lines } = await startTrainer(["train"], environment("whole")).ended;
    expect(code).to.equal(0);
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/s3:\/\/mlpipeline\/digits\/whole .*already/);
  });

  it("resumes from its last checkpoint after a kill, and ends with the same weights", async () => {
    const killed = startTrainer(["train"], environment("killed", { PROGRESS: "json" }));
    await killed.line(/"event":"epoch","epoch":5,/);
    killed.kill("SIGKILL");
    expect((await killed.ended).signal).to.equal("SIGKILL");
    expect(await list("digits/killed/")).to.deep.equal(["checkpoint/state.safetensors"]);
    const { code, lines, errors } = await startTrainer(["train"], environment("killed")).ended;
    expect(code, errors).to.equal(0);
    expect(lines[1]).to.match(/checkpoint: epoch \d+, batch 1\.$/);
    expect(await list("digits/killed/")).to.deep.equal(whole);
    expect(sha256(await read("digits/killed/weights.bin"))).to.equal(sha256(wholeRun));
  });

  it("writes a checkpoint in the middle of an epoch on SIGTERM, and ends with the same weights after that", async () => {
    const stopped = startTrainer(["train"], environment("stopped"));
    await stopped.line(/^epoch +3\/12/);
    stopped.kill("SIGTERM");
    const { code, lines } = await stopped.ended;
    expect(code).to.equal(143);
    expect(lines.at(-1)).to.match(/^Stopped; the checkpoint is written/);
    const again = await startTrainer(["train"], environment("stopped")).ended;
    expect(again.code, again.errors).to.equal(0);
    expect(again.lines[1]).to.match(/checkpoint: epoch (?:[4-9]|1[0-2]), batch \d+\.$/);
    expect(sha256(await read("digits/stopped/weights.bin"))).to.equal(sha256(wholeRun));
  });

  it("starts from the beginning when the checkpoint is damaged or of other settings", async () => {
    await client.putObject(BUCKET, "digits/damaged/checkpoint/state.safetensors", Buffer.from("nothing of the kind"));
    const { code, lines, errors } = await startTrainer(["train"], environment("damaged")).ended;
    expect(code, errors).to.equal(0);
    expect(lines[1]).to.match(/checkpoint .*cannot be used \(.*\)/);
    expect(sha256(await read("digits/damaged/weights.bin"))).to.equal(sha256(wholeRun));
  });

  it("reads a data set from a URL, and refuses one with another checksum", async () => {
    const served = createServer((request, response) => {
      const bytes = files[(request.url ?? "").slice("/mnist/".length)];
      response.writeHead(bytes ? 200 : 404).end(bytes);
    }).listen(0, "127.0.0.1");
    await once(served, "listening");
    const DATASET = `http://127.0.0.1:${(served.address() as AddressInfo).port}/mnist/`;
    try {
      const fetched = await startTrainer(["train"], environment("fetched", { DATASET })).ended;
      expect(fetched.code, fetched.errors).to.equal(0);
      expect(sha256(await read("digits/fetched/weights.bin"))).to.equal(sha256(wholeRun));
      const wrong = JSON.stringify({ ...sums, "train-labels-idx1-ubyte": sha256(Buffer.from("another")) });
      const refused = await startTrainer(["train"], environment("refused", { DATASET, DATASET_SHA256: wrong })).ended;
      expect(refused.code).to.equal(1);
      expect(refused.errors).to.match(/train-labels-idx1-ubyte has SHA-256 [0-9a-f]{64}, not/);
      const missing = await startTrainer(["train"], environment("missing", { DATASET: `${DATASET}elsewhere` })).ended;
      expect(missing.errors).to.match(/elsewhere\/train-images-idx3-ubyte.gz .*404.*DATASET/);
    } finally {
      served.close();
      await once(served, "close");
    }
  });

  it("reports what an object store answers that refuses its key", async () => {
    const { code, errors } = await startTrainer(["train"], environment("denied", { S3_SECRET_KEY: "guessed" })).ended;
    expect(code).to.equal(1);
    expect(errors).to.match(/http:\S+ .*mlpipeline\/digits\/denied\/metrics\.json/);
    expect(errors).to.not.include("guessed");
  });

  it("reports the faults of its configuration together and ends with 2", async () => {
    const { code, errors, lines } = await startTrainer(["train"], { S3_SECRET_KEY: "hush", DATASET: "there" }).ended;
    expect(code).to.equal(2);
    expect(errors).to.match(/^4 faults .*\n {2}S3_ENDPOINT is not set: give .*\n/);
    expect(errors).to.not.include("hush");
    expect(lines).to.deep.equal([]);
  });

  describe("serving what it wrote", () => {
    const folder = mkdtempSync(join(tmpdir(), "served-"));
    const options = ["--model-dir", folder, "--host", "127.0.0.1", "--port", "0", "--idle-seconds", "5"];
    after(() => rmSync(folder, { recursive: true }));

    it("waits for its model, serves it, and ends at SIGTERM without losing a request", async () => {
      const server = startTrainer(["serve", ...options], {});
      const [, port] = await server.line(/^Listening on 127\.0\.0\.1:(\d+)/);
      await server.line(/model\.json .*ENOENT/);
      const at = `http://127.0.0.1:${port}`;
      expect((await fetch(`${at}/v2/health/ready`)).status).to.equal(503);
      for (const name of ["weights.bin", "metrics.json", "model.json"])
        writeFileSync(join(folder, name), await read(`digits/whole/${name}`));
      await server.line(/^Serving digits, version whole\.$/);
      const instances = Array.from({ length: 10 }, (_, digit) =>
        Array.from(test.images.subarray(16 + digit * 784, 16 + (digit + 1) * 784), (level) => level / 255),
      );
      const ask = async (): Promise<number[]> => {
        const body = JSON.stringify({ instances });
        const response = await fetch(`${at}/v1/models/digits:predict`, { method: "POST", body });
        expect(response.status).to.equal(200);
        const { predictions } = (await response.json()) as { predictions: number[][] };
        return predictions.map((row) => row.indexOf(Math.max(...row)));
      };
      const right = (await ask()).filter((guess, digit) => guess === digit);
      expect(right).to.have.length.above(7);
      const underWay = Array.from({ length: 20 }, ask);
      server.kill("SIGTERM");
      await server.line(/^Stopping/);
      expect((await fetch(`${at}/v2/health/ready`)).status).to.equal(503);
      await Promise.all([...underWay, ask()]);
      const { code, lines, errors } = await server.ended;
      expect(code, errors).to.equal(0);
      expect(lines.at(-1)).to.equal("Stopped.");
    });

    it("names the port that is taken", async () => {
      const taken = createServer().listen(0, "127.0.0.1");
      await once(taken, "listening");
      const { port } = taken.address() as AddressInfo;
      const { code, errors } = await startTrainer(["serve", ...options, "--port", String(port)], {}).ended;
      taken.close();
      await once(taken, "close");
      expect(code).to.equal(1);
      expect(errors).to.match(new RegExp(`Port ${port} .*EADDRINUSE`));
    });
  });
});
