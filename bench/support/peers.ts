import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { benchPeers } from "../../infra/versions";
import { cacheHome, standardProgress } from "../../toolchain";
import { ensureTools } from "../../infra/recipes";
import { run } from "../../toolchain/process";

/**
 * A Python with the peers' packages, in the tool cache.
 * @returns The absolute path of its interpreter.
 */
export async function peersPython(): Promise<string> {
  const key = createHash("sha256").update(JSON.stringify(benchPeers)).digest("hex").slice(0, 12);
  const folder = join(cacheHome, "peers", key);
  const ready = join(folder, "ready");
  const python = join(folder, "bin", "python");
  if (existsSync(ready)) return python;
  const toolbox = await ensureTools(["python"]);
  const task = standardProgress().start("Python peers of the benches");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await run(toolbox.bin("python3"), ["-m", "venv", folder]);
  task.update("installing");
  await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...benchPeers]);
  writeFileSync(ready, "");
  task.done("installed");
  return python;
}
