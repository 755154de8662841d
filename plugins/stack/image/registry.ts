/** Images in a registry. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cacheHome } from "../../../toolchain";
import { ensureTools } from "../../../infra/recipes";
import { loadArchive } from "../../../toolchain/buildah/build";
import { buildah } from "../../../toolchain/buildah/buildah";
import { withLock } from "../../../toolchain/lock";
import { reportingProgress } from "./progress";

const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Splits `host[:port]/path:tag`. */
function parts(ref: string): { host: string; path: string; tag: string } {
  const slash = ref.indexOf("/");
  const colon = ref.lastIndexOf(":");
  return { host: ref.slice(0, slash), path: ref.slice(slash + 1, colon), tag: ref.slice(colon + 1) };
}

/** Registries on this machine's own loopback need no TLS, as with Docker. */
function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}

/**
 * Whether a registry lacks an image. Only a clear "not found" counts: a registry that wants credentials, or does not
 * answer, is taken to have what was pushed to it.
 */
export async function registryLacks(ref: string): Promise<boolean> {
  const { host, path, tag } = parts(ref);
  const scheme = isLoopback(host) ? "http" : "https";
  try {
    const response = await fetch(`${scheme}://${host}/v2/${path}/manifests/${tag}`, {
      method: "HEAD",
      headers: { accept: manifestTypes },
      signal: AbortSignal.timeout(10_000),
    });
    return response.status === 404;
  } catch {
    return false;
  }
}

/**
 * Pushes an image from an OCI archive, with the credentials that `docker login` or `buildah login` stored.
 *
 * @returns The digest that the registry knows it by.
 */
export async function pushToRegistry(
  ref: string,
  archive: string,
  status: (text: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const toolbox = await ensureTools(["buildah"], reportingProgress(status));
  const options = { program: toolbox.bin("buildah"), signal };
  const tmp = join(cacheHome, "tmp");
  mkdirSync(tmp, { recursive: true });
  const work = mkdtempSync(join(tmp, "push-"));
  try {
    return await withLock("buildah", async () => {
      const id = await loadArchive(archive, options);
      const digest = join(work, "digest");
      const plain = isLoopback(parts(ref).host) ? ["--tls-verify=false"] : [];
      status(`pushing ${ref}`);
      await buildah(["push", "--quiet", ...plain, "--digestfile", digest, id, `docker://${ref}`], options);
      // The archive is what is kept.
      await buildah(["rmi", id], options).catch(() => undefined);
      return readFileSync(digest, "utf8").trim();
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
