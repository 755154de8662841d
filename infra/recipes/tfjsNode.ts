import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { compile } from "../../toolchain/compiler";
import { cacheHome } from "../../toolchain/home";
import { withLock } from "../../toolchain/lock";
import { run } from "../../toolchain/process";
import { type Progress, standardProgress, type Task } from "../../toolchain/progress";
import { ToolError } from "../../toolchain/types";
import { findOnPath } from "../../toolchain/sources/machine";
import { imageGlibc, tools } from "../versions";
import { ensureTools } from "./index";

/** Goes up when the way the addon is made changes. */
const RECIPE = 2;

const trainer = join(__dirname, "../..", "trainer");

interface Locked {
  version: string;
  integrity: string;
}

/** The versions the trainer's lock file pins; the addon must be of the very tfjs-node that loads it. */
function locked(name: string): Locked {
  const lock = JSON.parse(readFileSync(join(trainer, "package-lock.json"), "utf8")) as {
    packages: Record<string, Locked | undefined>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  if (!entry) throw new ToolError(`${name} is not in trainer/package-lock.json: run npm install in trainer/.`);
  return entry;
}

const packages = () => ({
  "@tensorflow/tfjs-node": locked("@tensorflow/tfjs-node"),
  "node-api-headers": locked("node-api-headers"),
});

/** What `ensureTfjsNode` makes, as its `VERSION` will say; known without making it. */
export function tfjsNodeIdentity(): string {
  const identity = JSON.stringify([RECIPE, process.arch, tools.tensorflow, packages()]);
  return createHash("sha256").update(identity).digest("hex").slice(0, 12);
}

/**
 * Makes sure that TensorFlow's library and tfjs-node's addon are there, built against each other.
 *
 * The library is the one in PyPI's TensorFlow wheel, the addon is compiled from tfjs-node's own sources; both land in the
 * cache, once for all stacks.
 *
 * @returns A folder with `lib/napi-v8/tfjs_binding.node`, `deps/lib/*.so.2` and `VERSION` (what it was made from, one
 * line), as the trainer's Dockerfile wants it for its build context `libtensorflow`.
 * @throws ToolError when the wheel, the sources or a compiler cannot be had.
 */
export async function ensureTfjsNode(progress: Progress = standardProgress()): Promise<string> {
  const version = tfjsNodeIdentity();
  const folder = join(cacheHome, "tfjs-node", version);
  if (existsSync(join(folder, "VERSION"))) return folder;
  await withLock(`tfjs-node ${version}`, async () => {
    if (existsSync(join(folder, "VERSION"))) return;
    const toolbox = await ensureTools(["libtensorflow"], progress);
    const task = progress.start("tfjs-node");
    try {
      mkdirSync(join(cacheHome, "tfjs-node"), { recursive: true });
      const work = mkdtempSync(join(cacheHome, "tfjs-node", "making-"));
      try {
        await build(work, packages(), join(toolbox.dir("libtensorflow"), "deps"), task, progress);
        writeFileSync(join(work, "out", "VERSION"), `${version}\n`);
        rmSync(folder, { recursive: true, force: true });
        renameSync(join(work, "out"), folder);
      } finally {
        rmSync(work, { recursive: true, force: true });
      }
      task.done("built");
    } catch (error) {
      task.fail((error as Error).message);
      throw error;
    }
  });
  return folder;
}

/**
 * Lets the tfjs-node of an installed trainer (`npm ci --ignore-scripts`) find its addon in the cache.
 *
 * @param folder What `ensureTfjsNode` returned.
 * @param trainerFolder The trainer's folder; defaults to the one of this project.
 */
export function linkInto(folder: string, trainerFolder = trainer): void {
  const target = join(trainerFolder, "node_modules", "@tensorflow", "tfjs-node");
  if (!existsSync(target))
    throw new ToolError(`${target} is not there: run "npm ci --ignore-scripts" in ${trainerFolder}.`);
  for (const name of ["lib", "deps"]) {
    const link = join(target, name);
    // A process that has loaded the addon may be looking.
    if (lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(link) === join(folder, name))
      continue;
    rmSync(link, { recursive: true, force: true });
    symlinkSync(join(folder, name), link);
  }
}

/**
 * Installs the trainer's npm packages as its lock file has them, which linting and type checks of it need. What is
 * installed already costs a few milliseconds.
 */
export async function installTrainerPackages(progress: Progress = standardProgress()): Promise<void> {
  const lock = readFileSync(join(trainer, "package-lock.json"), "utf8");
  const stamp = join(trainer, "node_modules", ".locked");
  await withLock("trainer packages", async () => {
    if (existsSync(stamp) && readFileSync(stamp, "utf8") === lock) return;
    const task = progress.start("trainer packages");
    await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: trainer });
    writeFileSync(stamp, lock);
    task.done("installed");
  });
}

/**
 * Prepares the trainer to run on this machine: its npm packages, and its addon from the cache.
 *
 * @returns What `ensureTfjsNode` returns.
 */
export async function prepareTrainer(progress: Progress = standardProgress()): Promise<string> {
  const folder = await ensureTfjsNode(progress);
  await installTrainerPackages(progress);
  await withLock("trainer packages", () => Promise.resolve(linkInto(folder)));
  return folder;
}

async function build(
  work: string,
  packages: Record<string, Locked>,
  deps: string,
  task: Task,
  progress: Progress,
): Promise<void> {
  const sources: Record<string, string> = {};
  for (const [name, entry] of Object.entries(packages)) {
    task.update(`downloading ${name}`);
    sources[name] = await unpackPackage(work, name, entry);
  }
  const out = join(work, "out");
  mkdirSync(join(out, "lib", "napi-v8"), { recursive: true });
  mkdirSync(join(out, "deps", "lib"), { recursive: true });
  task.update("stripping TensorFlow's library");
  for (const name of ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"])
    await copyStripped(join(deps, "lib", name), join(out, "deps", "lib", name));
  task.update("compiling the addon");
  const tfjs = sources["@tensorflow/tfjs-node"] as string;
  const args = [
    ...["-std=c++17", "-O2", "-fPIC", "-shared", "-DNAPI_VERSION=8", "-DBUILDING_NODE_EXTENSION"],
    ...["-I", join(tfjs, ".."), "-I", join(tfjs, "binding"), "-I", join(deps, "include")],
    ...["-I", join(sources["node-api-headers"] as string, "include")],
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => join(tfjs, "binding", name)),
    ...["-o", join(out, "lib", "napi-v8", "tfjs_binding.node"), "-s", "-L", join(out, "deps", "lib")],
    ...["-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2", "-Wl,-rpath,$ORIGIN/../../deps/lib"],
  ];
  const zig = async (): Promise<string> => (await ensureTools(["zig"], progress)).bin("zig");
  await compile(args, work, { glibc: imageGlibc, zig });
}

/** Fetches a package with npm, which honours the machine's npm configuration, and unpacks it. */
async function unpackPackage(work: string, name: string, { version, integrity }: Locked): Promise<string> {
  const folder = join(work, name.replace("/", "-"));
  mkdirSync(folder);
  const reply = await run("npm", ["pack", `${name}@${version}`, "--json", "--silent", "--pack-destination", folder]);
  const [{ filename }] = JSON.parse(reply.slice(reply.indexOf("["))) as [{ filename: string }];
  // Older npm names the file with its scope's slash.
  const archive = join(folder, filename.replace("@", "").replace("/", "-"));
  const digest = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
  if (digest !== integrity)
    throw new ToolError(`${name}@${version} from the npm registry is ${digest}, not ${integrity} as locked.`);
  await run("tar", ["-xzf", archive, "-C", folder]);
  return join(folder, "package");
}

/** The symbols for debuggers are a quarter of TensorFlow's library; without `strip` they stay. */
async function copyStripped(from: string, to: string): Promise<void> {
  const strip = findOnPath("strip");
  if (strip) await run(strip, ["--strip-all", "-o", to, from]);
  else cpSync(from, to, { dereference: true });
}
