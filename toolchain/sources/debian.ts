import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync, chmodSync } from "node:fs";
import { join } from "node:path";
import { debianLibraries } from "../home";
import { limits } from "../limits";
import type { Task } from "../progress";
import { run } from "../process";
import { fetchDebs } from "../debian/apt";
import { hostSuite } from "../debian/sources";
import type { DebianSource } from "../types";

/** Folders at the root that are links into usr/ since Debian 12. */
export const mergedFolders = ["bin", "sbin", "lib", "lib64"] as const;

/**
 * Unpacks the packages and all they depend on into `to/root` and writes a launcher for each program into `to/bin`.
 * The C library stays the host's: it is of the same suite, and programs that start themselves anew
 * (`/proc/self/exe`) would lose a loader of our own.
 *
 * @param home The folder that `to` will be renamed to, which the launchers name.
 */
export async function unpackDebian(
  source: DebianSource,
  to: string,
  home: string,
  task: Task,
  log: string,
): Promise<void> {
  const root = join(to, "root");
  mkdirSync(join(root, "usr"), { recursive: true });
  for (const name of mergedFolders) {
    mkdirSync(join(root, "usr", name), { recursive: true });
    symlinkSync(join("usr", name), join(root, name));
  }
  const packages = source.selfStarting ? [...source.packages, "patchelf"] : source.packages;
  const debs = await fetchDebs(hostSuite(), packages, task, log);
  await limits.pack.run(async () => {
    for (const [index, deb] of debs.entries()) {
      task.update(`unpacking ${index + 1}/${debs.length} packages`);
      await run(
        "/bin/sh",
        ["-c", `dpkg-deb --fsys-tarfile "$0" | tar -x --keep-directory-symlink -C "$1"`, deb, root],
        { log },
      );
    }
  });
  dropHostLibraries(root);
  for (const program of source.selfStarting ?? []) {
    const rpath = ["--force-rpath", "--set-rpath", join(home, "root", debianLibraries)];
    const patchelf = join(root, "usr/bin/patchelf");
    await run(patchelf, [...rpath, join(root, source.programs[program] ?? program)], {
      env: { LD_LIBRARY_PATH: join(root, debianLibraries) },
      log,
    });
  }
  mkdirSync(join(to, "bin"));
  for (const [program, path] of Object.entries(source.programs)) {
    const launcher = join(to, "bin", program);
    writeFileSync(launcher, launcherScript(join(home, "root"), path, source.env ?? {}));
    chmodSync(launcher, 0o755);
  }
}

/** A C library of ours under the host's loader would crash every program. */
function dropHostLibraries(root: string): void {
  const folder = join(root, debianLibraries);
  if (!existsSync(folder)) return;
  const ofLibc =
    /^(ld-linux.*|lib(c|m|dl|rt|pthread|resolv|util|nsl|anl|mvec|BrokenLocale|thread_db|c_malloc_debug|pcprofile|memusage|nss_\w+))\.so(\.\d+)?$/;
  for (const name of readdirSync(folder)) if (ofLibc.test(name)) rmSync(join(folder, name));
}

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

function launcherScript(root: string, path: string, env: Readonly<Record<string, string>>): string {
  const lib = join(root, debianLibraries);
  const lines = Object.entries(env).map(
    ([name, value]) => `export ${name}=${quote(value.replaceAll("{root}", root).replaceAll("{lib}", lib))}`,
  );
  return [
    "#!/bin/sh",
    "# Made by kubeflow-stack: starts a program from unpacked Debian packages.",
    `export LD_LIBRARY_PATH=${quote(lib)}"\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"`,
    ...lines,
    `exec ${quote(join(root, path))} "$@"`,
    "",
  ].join("\n");
}
