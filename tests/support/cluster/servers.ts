/** Real servers for tests: each with its state in a folder of its own, listening on loopback or a socket in that folder. */
import { spawn } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync, closeSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { minioImages } from "../../../infra/products/minioServer";
import { plainProgress } from "../../../toolchain";
import { ensureTools } from "../../../infra/recipes";
import { images } from "../../../infra/recipes/images";
import { installTool } from "../../../infra/recipes";
import { endProgram } from "../machine/processes";
import { freePort } from "./testNode";
import { until } from "../machine/until";

export interface TestServer {
  /** Ends the server and removes its state. */
  stop(): Promise<void>;
}

const progress = plainProgress((line) => process.stderr.write(`${line}\n`));

/** What a MinIO server is started with; what is left out is chosen. */
export interface MinioOptions {
  readonly port?: number;
  readonly consolePort?: number;
  readonly accessKey?: string;
  readonly secretKey?: string;
}

/** A MinIO server. */
export async function startMinio(
  options: MinioOptions = {},
): Promise<TestServer & { endpoint: string; accessKey: string; secretKey: string }> {
  const from = images[minioImages.server]?.programs?.from;
  if (from === undefined) throw new Error("The table of images has no recipe for MinIO.");
  const { programs } = await installTool(from.name, from.tool, progress);
  const { port = await freePort(), consolePort = await freePort() } = options;
  const { accessKey = "administrator", secretKey = "the-administrators-secret" } = options;
  const endpoint = `http://127.0.0.1:${port}`;
  const server = start(
    programs["minio"] ?? "",
    (folder) => [
      ...["server", "--quiet", "--address", `127.0.0.1:${port}`, "--console-address", `127.0.0.1:${consolePort}`],
      join(folder, "data"),
    ],
    { MINIO_ROOT_USER: accessKey, MINIO_ROOT_PASSWORD: secretKey },
  );
  // "health/ready" answers before the S3 API does.
  await server.until("MinIO is ready", async () => (await fetch(`${endpoint}/minio/health/cluster`)).ok);
  return { endpoint, accessKey, secretKey, stop: () => server.stop() };
}

/** A containerd without Kubernetes around it: images can be loaded, nothing is run. */
export async function startContainerd(): Promise<TestServer & { socket: string; ctr(...args: string[]): string[] }> {
  const toolbox = await ensureTools(["containerd"], progress);
  const server = start(toolbox.bin("containerd"), (folder) => {
    const config = [
      "version = 2",
      `root = "${join(folder, "root")}"`,
      `state = "${join(folder, "state")}"`,
      'disabled_plugins = ["io.containerd.grpc.v1.cri"]',
      `[grpc]\naddress = "${join(folder, "containerd.sock")}"`,
    ];
    writeFileSync(join(folder, "config.toml"), config.join("\n"));
    return ["--config", join(folder, "config.toml")];
  });
  const socket = join(server.folder, "containerd.sock");
  await server.until("containerd listens", () => existsSync(socket));
  const { execFileSync } = await import("node:child_process");
  const ctr = (...args: string[]): string[] =>
    execFileSync(toolbox.bin("ctr"), ["--address", socket, "--namespace", "k8s.io", ...args], { encoding: "utf8" })
      .split("\n")
      .filter(Boolean);
  return { socket, ctr, stop: () => server.stop() };
}

/**
 * The registry of the distribution project, as Debian has it.
 * @param within - what it is started by, as `nsenter …`, for a network of its own, in which every port is free. Default: nothing
 */
export async function startRegistry(within: readonly string[] = []): Promise<TestServer & { host: string }> {
  const { programs } = await installTool(
    "docker-registry",
    {
      version: "distribution",
      programs: ["docker-registry"],
      machine: { none: "the tests' own" },
      official: { none: "the tests' own" },
      registries: {
        kind: "debian",
        packages: ["docker-registry"],
        programs: { "docker-registry": "usr/bin/docker-registry" },
      },
    },
    progress,
  );
  const host = `127.0.0.1:${await freePort()}`;
  const [program = "", ...words] = [...within, programs["docker-registry"] ?? ""];
  const server = start(program, (folder) => {
    const config = {
      version: 0.1,
      storage: { filesystem: { rootdirectory: join(folder, "data") } },
      http: { addr: host },
    };
    writeFileSync(join(folder, "config.yaml"), JSON.stringify(config));
    return [...words, "serve", join(folder, "config.yaml")];
  });
  await server.until(
    "the registry answers",
    async () => (await fetchFrom(within, `http://${host}/v2/`)).status === 200,
  );
  return { host, stop: () => server.stop() };
}

/**
 * What an address answers to a program that is started by `within`, as by `nsenter …` into another network.
 * @param body - posted as JSON. Default: it is a GET
 */
export async function fetchFrom(
  within: readonly string[],
  url: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  const script = `
    const chunks = [];
    process.stdin.on("data", (chunk) => chunks.push(chunk)).on("end", () => {
      const body = Buffer.concat(chunks);
      const post = { method: "POST", body, headers: { "content-type": "application/json" } };
      fetch(process.argv[1], body.length === 0 ? {} : post)
        .then(async (answer) => console.log(JSON.stringify({ status: answer.status, text: await answer.text() })));
    });`;
  const [program = "", ...words] = [...within, process.execPath, "-e", script, url];
  const { stdout } = await execa(program, words, { input: body ?? "" });
  return JSON.parse(stdout) as { status: number; text: string };
}

function start(
  program: string,
  args: (folder: string) => string[],
  env: Record<string, string> = {},
): TestServer & { folder: string; until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> } {
  const folder = mkdtempSync(join(tmpdir(), "server-"));
  const log = join(folder, "log");
  const descriptor = openSync(log, "w");
  const child = spawn(program, args(folder), {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", descriptor, descriptor],
  });
  closeSync(descriptor);
  const stop = async (): Promise<void> => {
    await endProgram(child);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  const ready = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    try {
      await until(what, () => {
        if (child.exitCode !== null) throw new Error(`${program} ended`);
        return holds();
      });
    } catch (error) {
      const text = readFileSync(log, "utf8").slice(-2000);
      await stop();
      throw new Error(`${(error as Error).message}\n${text}`, { cause: error });
    }
  };
  return { folder, until: ready, stop };
}
