import { join } from "node:path";
import { ensureTools } from "./index";
import { waysToTry } from "./install";
import type { Progress } from "./progress";
import { run } from "./process";
import { ToolError } from "./types";
import { compareVersions, findOnPath } from "./ways/machine";
import { imageGlibc } from "../infra/versions";

/** A C++ compiler, and the arguments that make what it links load in our images. */
export interface Compiler {
  readonly program: string;
  readonly args: readonly string[];
}

/** What decides whether the machine's compiler does. */
export interface Host {
  /** Where programs are looked for. Default: the PATH. */
  readonly path?: string | undefined;
  /** The version of its C library; undefined where that is not glibc. */
  readonly glibc: string | undefined;
  readonly ways: readonly string[];
}

function thisHost(): Host {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return { glibc: report.header?.glibcVersionRuntime, ways: waysToTry() };
}

/**
 * The machine's C++ compiler, if what it makes loads in our images: its C library must not be newer than theirs, and its C++
 * library, which may be, is linked in.
 *
 * @returns undefined when there is none that does.
 */
export function hostCompiler(host: Host = thisHost()): Compiler | undefined {
  if (!host.ways.includes("machine") || !host.glibc || compareVersions(host.glibc, imageGlibc) > 0) return undefined;
  const found = ["g++", "clang++", "c++"].map((name) => findOnPath(name, host.path)).find((path) => path !== undefined);
  if (found === undefined) return undefined;
  return { program: found, args: ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL"] };
}

/**
 * Compiles C++ for our images, with the machine's compiler, or Zig's where the machine has none that does.
 *
 * @param args All but what depends on the compiler.
 * @param scratch A folder for what the compiler keeps meanwhile.
 * @throws ToolError with what the compiler said.
 */
export async function compile(args: readonly string[], scratch: string, progress: Progress): Promise<void> {
  const host = hostCompiler();
  if (host) {
    try {
      await run(host.program, [...host.args, ...args]);
      return;
    } catch (error) {
      // It may lack headers, or the C++ library's archive.
      if (!(error instanceof ToolError) || !waysToTry().includes("registries")) throw error;
    }
  }
  const zig = (await ensureTools(["zig"], progress)).bin("zig");
  const target = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu.${imageGlibc}`;
  const cache = join(scratch, "zig-cache");
  await run(zig, ["c++", "-target", target, ...args], {
    env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  });
}
