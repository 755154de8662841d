import { execa } from "execa";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { projectRoot } from "../cli/arguments";
import type { Row } from "../cli/commands/bench";

/** What it measures. */
export const title = "The stack, caches warm";

/**
 * Times `up` from no cluster (training included), `up` with nothing to do, `preview`, `drift` and `down`, on a stack of its own
 * with the default settings.
 */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "ks-"));
  const configFile = path.join(folder, "Pulumi.bench.yaml");
  writeFileSync(configFile, stringify({ config: await freePorts() }));
  const timed = async (name: string, ...words: string[]): Promise<Row> => {
    const started = performance.now();
    await execa(
      process.execPath,
      [
        "toolchain/bootstrap.cjs",
        ...words,
        "--stack",
        "bench",
        "--state",
        path.join(folder, "pulumi"),
        "--config-file",
        configFile,
      ],
      { cwd: projectRoot, env: { XDG_STATE_HOME: path.join(folder, "state") }, stdout: "ignore", stderr: "inherit" },
    );
    return { name, value: (performance.now() - started) / 1000, unit: "s" };
  };
  const rows: Row[] = [];
  try {
    rows.push(await timed("first `up`, training included", "up"));
    rows.push(await timed("`up` with nothing to do", "up"));
    rows.push(await timed("`preview` with nothing to do", "preview"));
    rows.push(await timed("`drift` with none", "drift"));
  } finally {
    rows.push(await timed("`down`", "down"));
    rmSync(folder, { recursive: true, force: true });
  }
  return rows;
}

async function freePorts(): Promise<Record<string, number>> {
  const keys = ["apiPort", "pagePort", "predictorPort", "objectStorePort", "objectStoreConsolePort"];
  const entries: [string, number][] = [];
  const servers = keys.map(() => createServer());
  for (const [index, server] of servers.entries()) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (typeof address === "object" && address) entries.push([`kubeflow-stack:${keys[index]}`, address.port]);
  }
  for (const server of servers) server.close();
  return Object.fromEntries(entries);
}
