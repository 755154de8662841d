/** Base images made from the package registries, for machines that cannot reach the registries of images. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { baseImages, baseRecipes, platform } from "../../infra/versions";
import { buildWithBuildah } from "../buildah/build";
import type { SecretMount } from "../buildah/machineConfig";
import { bookworm } from "../debian/sources";
import { arch, cacheHome } from "../home";
import { ensureTools } from "../index";
import { run } from "../process";
import type { Progress, Task } from "../progress";
import { ToolError } from "../types";

const debian = "docker.io/library/debian:bookworm-slim";
const nodeArch = process.arch;

/** How an image comes about: what it builds on, and what to lay beside its Dockerfile. */
interface Recipe {
  dockerfile: string;
  base?: string;
  buildArgs?: Record<string, string>;
  prepare?(context: string, task: Task, signal?: AbortSignal): Promise<void>;
}

const recipes: Readonly<Record<string, Recipe>> = {
  [debian]: { dockerfile: "debian", prepare: debianRoot },
  [baseImages.node]: {
    dockerfile: "node",
    base: debian,
    buildArgs: { NODE_VERSION: baseRecipes.node.node },
    prepare: async (context, task) => {
      const { node, npm } = baseRecipes.node;
      await npmPackage(`node-linux-${nodeArch}@${node}`, join(context, "node"), task);
      await npmPackage(`npm@${npm}`, join(context, "npm"), task);
    },
  },
  [baseImages.python]: { dockerfile: "python", base: debian },
  [platform.kserve.images.storageInitializer]: {
    dockerfile: "storageInitializer",
    base: baseImages.python,
    buildArgs: {
      REQUIREMENTS: baseRecipes.storageInitializer.requirements.join(" "),
      KSERVE: baseRecipes.storageInitializer.kserve,
    },
    prepare: async (context) =>
      cpSync(join(__dirname, "debian/storage-initializer"), join(context, "storage-initializer")),
  },
};

/** The images that `makeDebianImage` can make. */
export const debianImages: readonly string[] = Object.keys(recipes);

/** Everything that decides what an image of this list is made of, for whoever names its archive. */
export function debianImageIdentity(ref: string): string {
  const { dockerfile, base, buildArgs } = recipeOf(ref);
  const text = readFileSync(join(__dirname, `debian/${dockerfile}.Dockerfile`), "utf8");
  return JSON.stringify([arch, text, buildArgs ?? {}, base ? debianImageIdentity(base) : ""]);
}

/**
 * Makes one of `debianImages` as an OCI archive.
 *
 * @param archiveOf Gives the finished archive of another image of the list that this one builds on.
 */
export async function makeDebianImage(
  ref: string,
  archive: string,
  archiveOf: (ref: string) => Promise<string>,
  progress: Progress,
  task: Task,
  signal?: AbortSignal,
): Promise<void> {
  const recipe = recipeOf(ref);
  const bases = recipe.base ? { [recipe.base]: await archiveOf(recipe.base) } : {};
  const toolbox = await ensureTools(["buildah"], progress);
  const tmp = join(cacheHome, "tmp");
  mkdirSync(tmp, { recursive: true });
  const work = mkdtempSync(join(tmp, "image-"));
  try {
    const context = join(work, "context");
    mkdirSync(context);
    await recipe.prepare?.(context, task, signal);
    await buildWithBuildah(
      {
        ref,
        context,
        dockerfile: readFileSync(join(__dirname, `debian/${recipe.dockerfile}.Dockerfile`), "utf8"),
        buildArgs: recipe.buildArgs ?? {},
        bases,
        secrets: [aptSources(work)],
        archive,
      },
      { program: toolbox.bin("buildah"), onLine: (line) => line.includes("STEP ") && task.update(line), signal },
    );
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function recipeOf(ref: string): Recipe {
  const recipe = recipes[ref];
  if (!recipe) throw new ToolError(`There is no recipe for the image ${ref}; known are ${debianImages.join(", ")}.`);
  return recipe;
}

/** Where this machine gets Debian from; the image itself names Debian's public addresses. */
function aptSources(dir: string): SecretMount {
  const source = join(dir, "sources.list");
  writeFileSync(source, inContainer(bookworm().sources).join("\n") + "\n");
  return { id: "apt-sources", source, target: "/etc/apt/sources.list" };
}

/** Keyrings of the host are not in the container, which has Debian's own. */
function inContainer(sources: readonly string[]): string[] {
  return sources.map((line) => line.replace(/\[signed-by=[^\]]*\] /, ""));
}

const publicSources = ["debian bookworm", "debian bookworm-updates", "debian-security bookworm-security"]
  .map((suite) => `deb http://deb.debian.org/${suite} main\n`)
  .join("");

/** What the official image leaves out of Debian's packages. */
const leftOut = ["man", "doc", "info", "locale", "groff", "lintian"].map(
  (folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`,
);

async function debianRoot(context: string, task: Task, signal?: AbortSignal): Promise<void> {
  const toolbox = await ensureTools(["mmdebstrap"]);
  const helpers = join(toolbox.dir("mmdebstrap"), "root/usr/bin");
  const sources = bookworm().sources;
  task.update("unpacking Debian");
  await run(
    toolbox.bin("mmdebstrap"),
    [
      ...["--mode=root", "--variant=minbase", `--architectures=${arch}`, ...leftOut],
      "--dpkgopt=path-include=/usr/share/doc/*/copyright",
      // Debian's bookkeeping of this very moment, which would make no two images alike; devices are the runtime's.
      `--customize-hook=rm -rf "$1"/var/log/* "$1"/var/cache/debconf/*-old "$1"/var/cache/ldconfig/aux-cache`,
      "--skip=output/dev",
      ...["bookworm", join(context, "root.tar"), ...sources],
    ],
    {
      env: { SOURCE_DATE_EPOCH: "0", PATH: `${process.env["PATH"]}:/usr/sbin:/sbin:${helpers}`, TMPDIR: context },
      onLine: (line) => line.startsWith("I: ") && task.update(line.slice(3)),
      signal,
    },
  );
  writeFileSync(join(context, "sources.list"), publicSources);
}

/** Unpacks one package of the npm registry, without its dependencies and without running anything of it. */
async function npmPackage(spec: string, to: string, task: Task): Promise<void> {
  task.update(`fetching ${spec}`);
  const dir = mkdtempSync(`${to}-`);
  const packed = await run("npm", ["pack", "--silent", "--ignore-scripts", `--pack-destination=${dir}`, spec], {
    cwd: dir,
  });
  await run("tar", ["-xzf", join(dir, packed.trim()), "-C", dir]);
  renameSync(join(dir, "package"), to);
  rmSync(dir, { recursive: true });
}
