import { join } from "node:path";
import { sourcesToTry } from "./sources";
import { run } from "./process";
import { ToolError } from "./types";
import { compareVersions, findOnPath } from "./sources/machine";

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
  readonly sources: readonly string[];
}

function thisHost(): Host {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return { glibc: report.header?.glibcVersionRuntime, sources: sourcesToTry() };
}

/**
 * The machine's C++ compiler, when its C library is no newer than the one that the result is for. Its C++ library, which may
 * be newer, is linked in.
 *
 * @param glibc The version of the C library that the result must load with, such as `2.36`.
 * @returns undefined when there is no such compiler.
 */
export function hostCompiler(glibc: string, host: Host = thisHost()): Compiler | undefined {
  if (!host.sources.includes("machine") || !host.glibc || compareVersions(host.glibc, glibc) > 0) return undefined;
  const found = ["g++", "clang++", "c++"].map((name) => findOnPath(name, host.path)).find((path) => path !== undefined);
  if (found === undefined) return undefined;
  return { program: found, args: ["-static-libstdc++", "-static-libgcc", "-Wl,--exclude-libs,ALL"] };
}

/** What a compiled library is for, and what compiles it where the machine's compiler does not fit. */
export interface CompileTarget {
  /** The version of the C library that the result must load with. */
  readonly glibc: string;
  /** Brings the `zig` command; called only when the machine has no compiler that fits. */
  readonly zig: () => Promise<string>;
}

/**
 * Compiles C++ with the machine's compiler, or with Zig's where the machine has none that fits.
 *
 * @param args All arguments that do not depend on the compiler.
 * @param scratch A folder for the compiler's own cache.
 * @throws ToolError with the compiler's last lines.
 */
export async function compile(args: readonly string[], scratch: string, target: CompileTarget): Promise<void> {
  const host = hostCompiler(target.glibc);
  if (host) {
    try {
      await run(host.program, [...host.args, ...args]);
      return;
    } catch (error) {
      // It may lack headers, or the C++ library's archive.
      if (!(error instanceof ToolError) || !sourcesToTry().includes("registries")) throw error;
    }
  }
  const zig = await target.zig();
  const triple = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu.${target.glibc}`;
  const cache = join(scratch, "zig-cache");
  await run(zig, ["c++", "-target", triple, ...args], {
    env: { ZIG_GLOBAL_CACHE_DIR: cache, ZIG_LOCAL_CACHE_DIR: cache },
  });
}
