import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheHome } from "../home";
import type { Installer } from "../install";
import { limits } from "../limits";
import type { Progress, Task } from "../progress";
import { run } from "../process";
import { ToolError } from "../types";
import { goEnvironment } from "../sources/go";
import { wheelTarget } from "../sources/pypi";
import { certificates, certificatesPath, debianRoot } from "./debianRoot";
import { writeImage } from "./oci";
import type { ImageRecipe } from "./recipe";
import { Tree } from "./tree";

/**
 * Makes an image of what the package registries have and writes it as an OCI archive.
 *
 * @param folder A folder for this image alone; intermediate files in it are removed.
 * @returns The digest of the image's manifest.
 */
export async function buildImage(
  installer: Installer,
  ref: string,
  recipe: ImageRecipe,
  archive: string,
  folder: string,
  progress: Progress,
  task: Task,
  log: string,
): Promise<string> {
  mkdirSync(dirname(log), { recursive: true });
  const tree = recipe.debian ? await debianRoot(installer, recipe.debian, progress, task, log) : bareRoot();
  if (recipe.debian) addUsers(tree, recipe);
  for (const [path, { owner }] of Object.entries(recipe.folders ?? {})) tree.folder(path, 0o755, owner);
  if (recipe.programs) {
    const { name, tool } = recipe.programs.from;
    task.update(`waits for ${name}`);
    const { programs } = await installer.install(name, tool, progress);
    for (const [path, program] of Object.entries(recipe.programs.at)) tree.program(path, programs[program] as string);
  }
  const downloads = join(folder, "downloads");
  for (const [path, spec] of Object.entries(recipe.npm ?? {})) await addNpm(tree, path, spec, downloads, task, log);
  if (recipe.pypi) await addPypi(installer, tree, recipe.pypi, downloads, progress, task, log);
  for (const [path, source] of Object.entries(recipe.moduleFiles ?? {})) {
    tree.file(path, await moduleFile(installer, source, folder, progress, log), 0o755);
  }
  for (const [path, target] of Object.entries(recipe.links ?? {})) tree.link(path, target);
  task.update("writing");
  const digest = await limits.pack.run(() => writeImage(ref, tree, recipe.config, archive, join(folder, "work")));
  rmSync(downloads, { recursive: true, force: true });
  return digest;
}

/** What a static program needs around it. */
function bareRoot(): Tree {
  return new Tree()
    .file(
      "/etc/passwd",
      "root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
    )
    .file("/etc/group", "root:x:0:\nnonroot:x:65532:\n")
    .file("/etc/nsswitch.conf", "hosts: files dns\n")
    .file(certificatesPath, certificates)
    .folder("/home/nonroot", 0o700, 65532)
    .folder("/tmp", 0o1777);
}

function addUsers(tree: Tree, { users = {} }: ImageRecipe): void {
  const named = Object.entries(users);
  const line = ([name, id]: [string, number]): string => `${name}:x:${id}:${id}:${name}:/home/${name}:/bin/sh\n`;
  tree.file(
    "/etc/passwd",
    `root:x:0:0:root:/root:/bin/sh\n${named.map(line).join("")}nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n`,
  );
  tree.file("/etc/group", `root:x:0:\n${named.map(([name, id]) => `${name}:x:${id}:\n`).join("")}nogroup:x:65534:\n`);
}

async function addNpm(
  tree: Tree,
  path: string,
  spec: string,
  downloads: string,
  task: Task,
  log: string,
): Promise<void> {
  const folder = join(downloads, spec.replaceAll("/", "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  task.update(`downloading ${spec}`);
  await limits.network.run(() =>
    run("npm", ["pack", "--silent", "--pack-destination", folder, spec], { cwd: folder, log }),
  );
  const archive = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!archive) throw new ToolError(`npm brought no archive of ${spec}`);
  await run("tar", ["-xzf", join(folder, archive), "-C", folder, "--no-same-owner"], { log });
  for (const file of ["bin/node", "bin/npm-cli.js", "bin/npx-cli.js"].map((name) => join(folder, "package", name))) {
    if (existsSync(file)) chmodSync(file, 0o755);
  }
  tree.copy(join(folder, "package"), path);
}

async function addPypi(
  installer: Installer,
  tree: Tree,
  packages: readonly string[],
  downloads: string,
  progress: Progress,
  task: Task,
  log: string,
): Promise<void> {
  const python = await installer.program("python", "python3", progress);
  const folder = join(downloads, "pypi");
  rmSync(folder, { recursive: true, force: true });
  task.update(`downloading ${packages.join(", ")}`);
  await limits.network.run(() =>
    run(
      python,
      [
        "-m",
        "pip",
        "install",
        "--disable-pip-version-check",
        "--no-compile",
        "--only-binary=:all:",
        "--no-input",
        "--root-user-action=ignore",
        ...wheelTarget,
        "--target",
        folder,
        ...packages,
      ],
      { log },
    ),
  );
  tree.copy(folder, "/usr/lib/python3/dist-packages");
}

async function moduleFile(
  installer: Installer,
  source: { module: string; version: string; path: string },
  folder: string,
  progress: Progress,
  log: string,
): Promise<Buffer> {
  const go = await installer.program("go", "go", progress);
  mkdirSync(folder, { recursive: true });
  const answer = await run(go, ["mod", "download", "-json", `${source.module}@${source.version}`], {
    cwd: folder,
    env: goEnvironment(go),
    log,
  });
  const { Dir } = JSON.parse(answer) as { Dir: string };
  return readFileSync(join(Dir, source.path));
}

/** Where an image's archive and its record are kept. */
export const imageFolder = (key: string): string => join(cacheHome, "images", key);
