import { spawn } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execa } from "execa";

const source = join(__dirname, "../../../workloads/digits/page");

/** The page, built from its sources as its Dockerfile does. */
export interface BuiltPage {
  /** Starts its server on a free port of loopback. */
  start(predictorUrl: string): Promise<{ url: string; stop(): Promise<void> }>;
  /** Removes the build. */
  remove(): Promise<void>;
}

/** Builds the page from its lock file and sources alone, in a folder of its own. */
export async function buildPage(): Promise<BuiltPage> {
  const folder = await mkdtemp(join(tmpdir(), "digits-page-"));
  const env = { PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}` };
  await cp(source, folder, { recursive: true, filter: (path) => !/\/(node_modules|dist)$/.test(path) });
  await execa("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, env });
  await execa("npm", ["run", "build"], { cwd: folder, env });
  return {
    start: (predictorUrl) => startServer(folder, predictorUrl),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function startServer(folder: string, predictorUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawn(process.execPath, [join(folder, "dist/server.js")], {
    env: { PORT: "0", HOST: "127.0.0.1", PREDICTOR_URL: predictorUrl },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<string>((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The page's server ended with ${String(code)}.`)));
    child.stdout.on("data", (chunk: Buffer) => {
      const found = /is on port (\d+)/.exec(chunk.toString())?.[1];
      if (found) resolve(found);
    });
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
