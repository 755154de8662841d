/** Builds with docker buildx, on machines whose people have it set up. */
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { cacheHome } from "../../../toolchain";
import type { BuildRequest } from "../../../toolchain/buildah/build";
import { withSecretMounts } from "../../../toolchain/buildah/dockerfile";
import { machineConfig, type SecretMount } from "../../../toolchain/buildah/machineConfig";
import { run } from "../../../toolchain/process";

/** A builder of our own: the default one cannot write OCI archives unless Docker stores images in containerd. */
const builder = "kubeflow-stack";

/** Whether docker buildx is there and has a daemon to talk to. */
export async function hasBuildx(): Promise<boolean> {
  try {
    await run("docker", ["buildx", "version"]);
    await run("docker", ["info", "--format", "{{.ServerVersion}}"]);
    return true;
  } catch {
    return false;
  }
}

/** Builds an image into an OCI archive. Base images come from their registries, as they always do with Docker. */
export async function buildWithBuildx(
  request: BuildRequest,
  options: { onLine: (line: string) => void; signal?: AbortSignal },
): Promise<void> {
  const { signal } = options;
  const exists = await run("docker", ["buildx", "inspect", builder], { signal }).then(
    () => true,
    () => false,
  );
  if (!exists) {
    await run("docker", ["buildx", "create", "--name", builder, "--driver", "docker-container"], { signal });
  }
  const tmp = join(cacheHome, "tmp");
  mkdirSync(tmp, { recursive: true, mode: 0o700 });
  const work = mkdtempSync(join(tmp, "buildx-"));
  try {
    const mounts = await machineConfig(work);
    const dockerfile = join(work, "Dockerfile");
    writeFileSync(dockerfile, withSecretMounts(request.dockerfile, mounts));
    // The context was filtered already; this one wins over a .dockerignore in it.
    writeFileSync(`${dockerfile}.dockerignore`, "");
    mkdirSync(dirname(request.archive), { recursive: true });
    const part = `${request.archive}.part`;
    await run("docker", buildxArguments(request, dockerfile, part, mounts), { onLine: options.onLine, signal });
    renameSync(part, request.archive);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The command line of a build. */
export function buildxArguments(
  request: BuildRequest,
  dockerfile: string,
  archive: string,
  mounts: readonly SecretMount[],
): string[] {
  const pairs = (flag: string, map: Readonly<Record<string, string>> = {}): string[] =>
    Object.entries(map).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    ...["buildx", "build", "--builder", builder, "--progress", "plain", "--provenance", "false", "--file", dockerfile],
    // Fixed times, so that equal content has an equal digest.
    ...["--output", `type=oci,dest=${archive},name=${request.ref},rewrite-timestamp=true`],
    ...pairs("--build-arg", { SOURCE_DATE_EPOCH: "0", ...request.buildArgs }),
    ...pairs("--build-context", request.contexts),
    ...mounts.flatMap((mount) => ["--secret", `id=${mount.id},src=${mount.source}`]),
    request.context,
  ];
}
