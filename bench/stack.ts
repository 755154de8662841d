import { execa } from "execa";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { projectRoot } from "../engine/options";
import type { Row } from "../cli/commands/bench";
import { freePorts } from "../tests/support/machine/ports";

const portKeys = ["apiPort", "pagePort", "predictorPort", "objectStorePort", "objectStoreConsolePort"];

/** What it measures. */
export const title = "The stack, caches warm";

/**
 * Times `up` from no cluster (training included), `up` with nothing to do, `preview`, `drift` and `down`, on a stack of its own
 * with the default settings.
 */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "ks-"));
  const configFile = path.join(folder, "Pulumi.bench.yaml");
  const ports = await freePorts(portKeys.length);
  const config = Object.fromEntries(portKeys.map((key, index) => [`kubeflow-stack:${key}`, ports[index]]));
  writeFileSync(configFile, stringify({ config }));
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
