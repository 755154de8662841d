import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { Client } from "minio";
import { ensureTools } from "../../../toolchain";
import type { ObjectStoreOptions } from "../../src/store/objectStore";

const READY_MS = 60_000;

/** A real MinIO server on loopback, with an empty bucket. */
export interface Minio extends AsyncDisposable {
  options: ObjectStoreOptions;
  client: Client;
}

/** Starts a MinIO server in a folder of its own; disposing of it leaves nothing. */
export async function startMinio(): Promise<Minio> {
  const minio = (await ensureTools(["minio"])).bin("minio");
  const folder = mkdtempSync(join(tmpdir(), "minio-"));
  const [port, consolePort] = [await freePort(), await freePort()];
  const options = {
    endpoint: `http://127.0.0.1:${port}`,
    accessKey: "tester",
    secretKey: "only-for-this-test",
    bucket: "mlpipeline",
    region: "us-east-1",
  };
  const addresses = ["--address", `127.0.0.1:${port}`, "--console-address", `127.0.0.1:${consolePort}`];
  const server = spawn(minio, ["server", folder, "--quiet", ...addresses], {
    env: { MINIO_ROOT_USER: options.accessKey, MINIO_ROOT_PASSWORD: options.secretKey, HOME: folder },
    stdio: "ignore",
  });
  const { accessKey, secretKey, region } = options;
  const client = new Client({ endPoint: "127.0.0.1", port, useSSL: false, accessKey, secretKey, region });
  await untilReady(server, `${options.endpoint}/minio/health/ready`);
  await client.makeBucket(options.bucket);
  return {
    options,
    client,
    async [Symbol.asyncDispose]() {
      server.kill("SIGKILL");
      if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function untilReady(server: ChildProcess, url: string): Promise<void> {
  for (const started = Date.now(); Date.now() - started < READY_MS; await wait(50)) {
    if (server.exitCode !== null) throw new Error(`MinIO ended with exit code ${server.exitCode}.`);
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
  }
  throw new Error(`MinIO was not ready within ${READY_MS} ms.`);
}

/** A port of loopback that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
