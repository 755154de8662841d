import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { arch, cacheHome } from "../home";
import { withLock } from "../lock";
import type { Task } from "../progress";
import { run } from "../process";
import { ToolError } from "../types";
import type { Suite } from "./sources";

/** How long a list of packages is taken for current. */
const listsLastMs = 24 * 60 * 60 * 1000;

/**
 * Downloads packages and everything they depend on, down to the C library, into the cache; the host's own lists, caches
 * and installed packages are neither read nor changed. apt verifies the archive's signature and every checksum.
 *
 * @returns The paths of the .deb files, sorted by name.
 */
export async function fetchDebs(suite: Suite, packages: readonly string[], task: Task, log: string): Promise<string[]> {
  if (!existsSync("/usr/bin/apt-get")) {
    throw new ToolError(`apt-get is not on this machine, so ${packages.join(", ")} cannot come from Debian.`);
  }
  const folder = join(cacheHome, "debian", suite.codename);
  // apt locks its folders itself, but fails where it should wait.
  return withLock(`apt ${folder}`, async () => {
    const env = await setUp(folder, suite);
    await update(folder, suite, env, task, log);
    const bring = (): Promise<string[]> => downloadPlanned(join(folder, "cache", "archives"), packages, env, task, log);
    return bring().catch(async () => {
      // The usual reason is a package that was replaced since the lists were fetched.
      await update(folder, suite, env, task, log, true);
      return bring();
    });
  });
}

async function downloadPlanned(
  archives: string,
  packages: readonly string[],
  env: Record<string, string>,
  task: Task,
  log: string,
): Promise<string[]> {
  const plan = await run("apt-get", ["install", "--simulate", "--yes", "-qq", ...packages], { env, log });
  const debs = plannedArchives(plan).map((name) => join(archives, name));
  const absent = (): string[] => debs.filter((deb) => !existsSync(deb));
  const total = absent().length;
  let fetched = 0;
  if (total) {
    await run("apt-get", ["install", "--download-only", "--yes", "-q", ...packages], {
      env,
      log,
      onLine: (line) => line.startsWith("Get:") && task.update(`downloading ${++fetched}/${total} packages`),
    });
  }
  const [missing] = absent();
  if (missing || !debs.length) throw new ToolError(`apt-get brought no ${basename(missing ?? packages.join(", "))}.`);
  return debs.sort();
}

/** The names that the archives of a simulated installation have in apt's cache. */
export function plannedArchives(plan: string): string[] {
  return [...plan.matchAll(/^Inst (\S+) \((\S+) .*?\[(\w+)\]\)/gm)].map(
    ([, name = "", version = "", architecture = ""]) => {
      return `${name.split(":")[0]}_${version.replaceAll(":", "%3a")}_${architecture}.deb`;
    },
  );
}

/** Writes a configuration that keeps apt inside `folder`, with the host's proxy and transport settings. */
async function setUp(folder: string, suite: Suite): Promise<Record<string, string>> {
  for (const part of ["state/lists/partial", "cache/archives/partial"])
    mkdirSync(join(folder, part), { recursive: true });
  const sources = join(folder, "sources.list");
  const status = join(folder, "status");
  const configuration = join(folder, "apt.conf");
  writeOnce(sources, `${suite.sources.join("\n")}\n`);
  writeOnce(status, "");
  const dump = await run("apt-config", ["dump"]);
  const transport = dump
    .split("\n")
    .filter((line) => line.startsWith("Acquire::") && !line.startsWith("Acquire::Changelogs"));
  writeOnce(
    configuration,
    [
      // The host's hooks (clearing its cache after an update, for one) are not for us.
      `Dir::Etc::parts "/dev/null";`,
      `Dir::Etc::main "/dev/null";`,
      `Dir::Etc::sourcelist "${sources}";`,
      `Dir::Etc::sourceparts "/dev/null";`,
      `Dir::Etc::preferencesparts "/dev/null";`,
      `Dir::State "${join(folder, "state")}";`,
      `Dir::State::status "${status}";`,
      `Dir::Cache "${join(folder, "cache")}";`,
      `Dir::Log "${folder}";`,
      `APT::Architecture "${arch}";`,
      `APT::Architectures { "${arch}"; };`,
      `APT::Install-Recommends "false";`,
      `APT::Sandbox::User "root";`,
      `APT::Get::AllowUnauthenticated "false";`,
      `Acquire::Retries "3";`,
      `Debug::NoLocking "true";`,
      ...transport,
      "",
    ].join("\n"),
  );
  return { APT_CONFIG: configuration, LC_ALL: "C.UTF-8", DEBIAN_FRONTEND: "noninteractive" };
}

/** apt works through all its lists anew when one of these files is newer than what it made of them. */
function writeOnce(file: string, text: string): void {
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}

async function update(
  folder: string,
  suite: Suite,
  env: Record<string, string>,
  task: Task,
  log: string,
  force = false,
): Promise<void> {
  const stamp = join(
    folder,
    `updated-${createHash("sha256").update(suite.sources.join("\n")).digest("hex").slice(0, 8)}`,
  );
  if (!force && existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < listsLastMs) return;
  task.update("fetching the lists of packages");
  await run("apt-get", ["update", "-q", "-o", "APT::Update::Error-Mode=any"], { env, log });
  writeFileSync(stamp, "");
  utimesSync(stamp, new Date(), new Date());
}
