/** Builds an image from a folder with buildah, into an OCI archive. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheHome } from "../home";
import { withLock } from "../lock";
import { ToolError } from "../types";
import { buildah, type BuildahOptions } from "./buildah";
import { externalNames, fullImageName, withSecretMounts } from "./dockerfile";
import { machineConfig } from "./machineConfig";

export interface BuildRequest {
  /** The image's full name. */
  ref: string;
  /** The folder whose files COPY and ADD see. It is taken as it is: no .dockerignore is applied. */
  context: string;
  /** The Dockerfile's text. */
  dockerfile: string;
  buildArgs?: Readonly<Record<string, string>>;
  /** Folders that `COPY --from=NAME` and `FROM NAME` refer to, by name. */
  contexts?: Readonly<Record<string, string>>;
  /** OCI archives of images that the Dockerfile builds on, by full name, and their digests. Others are pulled. */
  bases?: Readonly<Record<string, { archive: string; digest: string }>>;
  /** Builds every layer anew, whatever earlier builds left. Default: false. */
  fresh?: boolean;
  /** The file that the image is written to, complete or not at all. */
  archive: string;
}

/**
 * Builds an image. Timestamps are fixed, so the same content gives the same digest; layers are kept, so only what changed is
 * built again. One build at a time: each uses every core by itself.
 */
export async function buildWithBuildah(
  request: BuildRequest,
  options: BuildahOptions & { onWait?: () => void },
): Promise<void> {
  const contexts = request.contexts ?? {};
  const bases = request.bases ?? {};
  const external = externalNames(request.dockerfile, request.buildArgs).filter((name) => !(name in contexts));
  const pulled = external.filter((name) => !(fullImageName(name) in bases));
  const work = async (): Promise<void> => {
    // What a build that was killed has left; nobody else works here while we hold the lock.
    await buildah(["rm", "--all"], options);
    removeLeftovers(join(cacheHome, "buildah", "tmp"), (name) => !name.startsWith("buildah-cache"));
    for (const name of external) {
      const base = bases[fullImageName(name)];
      if (base !== undefined) await ensureBase(fullImageName(name), base, options);
    }
    const scratch = mkdtempSync(join(cacheHome, "buildah", "tmp", "build-"));
    try {
      const mounts = await machineConfig(scratch);
      const dockerfile = join(scratch, "Dockerfile");
      const ignore = join(scratch, "dockerignore");
      const id = join(scratch, "id");
      writeFileSync(dockerfile, withSecretMounts(request.dockerfile, mounts));
      writeFileSync(ignore, "");
      await buildah(
        [
          "build",
          "--layers",
          ...(request.fresh === true ? ["--no-cache"] : []),
          ...["--timestamp", "0", "--format", "oci", `--pull=${pulled.length > 0 ? "false" : "never"}`],
          ...["--file", dockerfile, "--ignorefile", ignore, "--iidfile", id],
          ...mounts.flatMap((mount) => ["--secret", `id=${mount.id},src=${mount.source}`]),
          ...Object.entries(contexts).flatMap(([name, dir]) => ["--build-context", `${name}=${dir}`]),
          ...Object.entries(request.buildArgs ?? {}).flatMap(([name, value]) => ["--build-arg", `${name}=${value}`]),
          request.context,
        ],
        options,
      );
      await writeArchive(readFileSync(id, "utf8").trim(), request.ref, request.archive, options);
      await forgetOldLayers(options);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  };
  await withLock("buildah", work, options.onWait);
}

/** Reading a base image anew takes seconds, so it is done once for each digest. */
async function ensureBase(
  ref: string,
  base: { archive: string; digest: string },
  options: BuildahOptions,
): Promise<void> {
  const quiet = { ...options, onLine: undefined };
  const mark = `localhost/kubeflow-stack-base:${base.digest.replace("sha256:", "")}`;
  const known = await buildah(["images", "--quiet", "--no-trunc", mark], quiet).catch(() => "");
  const id = /\b[0-9a-f]{64}\b/.exec(known)?.[0] ?? (await loadArchive(base.archive, options));
  await buildah(["tag", id, mark, ref], quiet);
}

/**
 * Puts the image of an OCI archive into buildah's store, under the name it has in the archive.
 *
 * @returns The image's id in the store.
 */
export async function loadArchive(archive: string, options: BuildahOptions): Promise<string> {
  const out = await buildah(["pull", "--quiet", `oci-archive:${archive}`], { ...options, onLine: undefined });
  const id = /\b[0-9a-f]{64}\b/.exec(out)?.[0];
  if (id === undefined) throw new ToolError(`buildah did not say which image ${archive} holds: ${out || "(nothing)"}`);
  return id;
}

/** Layers of earlier builds make the next one quick; but for a limit they would fill the disk. */
async function forgetOldLayers(options: BuildahOptions): Promise<void> {
  const quiet = { ...options, onLine: undefined };
  const out = await buildah(["images", "--quiet", "--filter", "dangling=true"], quiet);
  if (out.split("\n").filter(Boolean).length > keptLayers) await buildah(["rmi", "--prune", "--force"], quiet);
}

/** How many images without a name the store holds at most: those are the cache of steps, about ten for each Dockerfile. */
const keptLayers = 80;

async function writeArchive(id: string, ref: string, archive: string, options: BuildahOptions): Promise<void> {
  mkdirSync(dirname(archive), { recursive: true });
  const part = `${archive}.part`;
  rmSync(part, { force: true });
  // Half the time of gzip, and smaller; containerd and registries have taken it for years. A push compresses as it likes.
  const compression = ["--compression-format", "zstd", "--compression-level", "1"];
  await buildah(["push", "--quiet", "--format", "oci", ...compression, id, `oci-archive:${part}:${ref}`], options);
  renameSync(part, archive);
}

function removeLeftovers(folder: string, isLeftover: (name: string) => boolean): void {
  for (const name of readdirSync(folder).filter(isLeftover))
    rmSync(join(folder, name), { recursive: true, force: true });
}
