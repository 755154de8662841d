import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import autocannon from "autocannon";
import { prepareTrainer } from "../infra/recipes/tfjsNode";
import { peersPython } from "./support/peers";

const CLIENTS = [1, 4, 16, 64];
const ROUNDS = 3;
const SECONDS = 5;
const START_MS = 180_000;

/** What it measures. */
export const title = "Serving the digits";

/** Loads the predictor and KServe's own Python server, in turns, with the same requests for the same network. */
export async function run() {
  await prepareTrainer();
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const body = await prepare(folder);
  const root = join(__dirname, "..");
  const tsx = ["--import", require.resolve("tsx"), join(root, "trainer", "src", "main.ts")];
  const [here, there] = [await freePort(), await freePort()];
  const ours = start(process.execPath, [...tsx, "serve", "--model-dir", folder, "--port", String(here)]);
  const peer = start(await peersPython(), [join(__dirname, "peers", "serve.py"), folder, String(there)]);
  try {
    await Promise.all([answering(ours, here, body), answering(peer, there, body)]);
    // Both run warm before anything counts.
    for (const port of [here, there]) await load(port, body, 16);
    const rows = [];
    for (const clients of CLIENTS) {
      const results = { ours: [] as Load[], peer: [] as Load[] };
      for (let round = 0; round < ROUNDS; round++) {
        results.ours.push(await load(here, body, clients));
        results.peer.push(await load(there, body, clients));
      }
      const figure = (of: "rate" | "p99", side: Load[]) => median(side.map((each) => each[of]));
      const name = "KServe's Python server";
      for (const [of, unit, what] of [
        ["rate", "/s", "requests"],
        ["p99", "ms", "p99 latency"],
      ] as const)
        rows.push({
          name: `${what}, ${clients} client${clients > 1 ? "s" : ""}`,
          value: figure(of, results.ours),
          unit,
          peer: { name, value: figure(of, results.peer) },
        });
    }
    return rows;
  } finally {
    await Promise.all([stop(ours), stop(peer)]);
    rmSync(folder, { recursive: true });
  }
}

interface Load {
  /** Requests answered per second. */
  rate: number;
  /** Milliseconds within which 99 of 100 were answered. */
  p99: number;
}

async function load(port: number, body: string, connections: number): Promise<Load> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}/v1/models/digits:predict`,
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    connections,
    duration: SECONDS,
  });
  if (result.errors + result.non2xx > 0)
    throw new Error(`Port ${port}: ${result.errors} requests failed, ${result.non2xx} were refused.`);
  return { rate: result.requests.average, p99: result.latency.p99 };
}

/** Writes a model with the default network (what its weights are makes no difference to the time) and gives a request. */
async function prepare(folder: string): Promise<string> {
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  const { embeddedDigits } = await import("../trainer/src/data/embedded.js");
  const { hyperparameters } = await import("../trainer/src/config/hyperparameters.js");
  const { layersModel, modelFiles } = await import("../trainer/src/model/layersModel.js");
  const { digitsNetwork } = await import("../trainer/src/model/network.js");
  const { initialValues } = await import("../trainer/src/train/initial.js");
  const network = digitsNetwork(hyperparameters.parse({}));
  const model = layersModel(network, initialValues(network, [], 1));
  for (const [name, bytes] of await modelFiles(model)) writeFileSync(join(folder, name), bytes);
  model.dispose();
  const { images } = embeddedDigits().heldOut;
  const rows = Array.from({ length: 28 }, (_, y) =>
    Array.from(images.subarray(y * 28, y * 28 + 28), (value) => [Math.round(value * 1000) / 1000]),
  );
  return JSON.stringify({ instances: [rows] });
}

function start(program: string, args: readonly string[]): ChildProcess {
  return spawn(program, args, { stdio: "ignore", env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "3" } });
}

async function answering(child: ChildProcess, port: number, body: string): Promise<void> {
  const url = `http://127.0.0.1:${port}/v1/models/digits:predict`;
  const headers = { "content-type": "application/json" };
  for (const started = Date.now(); Date.now() - started < START_MS; await wait(200)) {
    if (child.exitCode !== null) throw new Error(`"${child.spawnargs.join(" ")}" ended with ${child.exitCode}.`);
    const answer = await fetch(url, { method: "POST", headers, body }).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`"${child.spawnargs.join(" ")}" did not answer within ${START_MS} ms.`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "exit");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
