import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheHome } from "./home";
import { withLock } from "./lock";
import { run } from "./process";
import { ToolError } from "./types";

const moduleCache = join(cacheHome, "go", "mod");

/** The `go` command, as a toolbox has it. */
export interface GoCommand {
  bin(program: "go"): string;
  env(): Record<string, string>;
}

/**
 * The folder with a Go module's files, downloaded when it is not in the cache yet.
 *
 * @param path The module's path, such as `knative.dev/serving`.
 * @param version Its version, with the leading v.
 * @param sum Its checksum as go.sum writes it, `h1:…`.
 * @param go Brings the `go` command; called only when the module is not in the cache.
 * @throws ToolError when it cannot be downloaded or has another checksum.
 */
export async function ensureModuleSource(
  path: string,
  version: string,
  sum: string,
  go: () => Promise<GoCommand>,
): Promise<string> {
  const cached = await inCache(path, version);
  if (cached) return check(cached);
  const tools = await go();
  return withLock(`module ${path}@${version}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "kubeflow-stack-module-"));
    try {
      const env = { ...tools.env(), GOMODCACHE: moduleCache, GOFLAGS: "-modcacherw -mod=mod" };
      await run(tools.bin("go"), ["mod", "download", `${path}@${version}`], { cwd: folder, env });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    const downloaded = await inCache(path, version);
    if (!downloaded)
      throw new ToolError(`The Go module ${path}@${version} was downloaded but is not in ${moduleCache}.`);
    return check(downloaded);
  });

  function check(found: { folder: string; sum: string }): string {
    if (found.sum !== sum) {
      const remedy = "delete the module cache and try again, or correct the pin";
      throw new ToolError(
        `The Go module ${path}@${version} has checksum ${found.sum}, but ${sum} is pinned; ${remedy}.`,
      );
    }
    return found.folder;
  }
}

/** The module's folder and checksum in Go's own cache. Go writes the checksum's file when it has unpacked nothing yet, so both must be there. */
async function inCache(path: string, version: string): Promise<{ folder: string; sum: string } | undefined> {
  const escaped = path.replace(/[A-Z]/g, (letter) => `!${letter.toLowerCase()}`);
  const folder = join(moduleCache, `${escaped}@${version}`);
  const record = join(moduleCache, "cache", "download", escaped, "@v", `${version}.ziphash`);
  // Go marks a folder that it is still unpacking into with this file.
  const unpacking = join(moduleCache, "cache", "download", escaped, "@v", `${version}.partial`);
  if (!existsSync(folder) || !existsSync(record) || existsSync(unpacking)) return undefined;
  return { folder, sum: (await readFile(record, "utf8")).trim() };
}
