import { createHash } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { download, request, sha256Of } from "../download";
import { arch } from "../home";
import { limits } from "../limits";
import { megabytes, type Task } from "../progress";
import { ChecksumError, ToolError } from "../types";
import { type Blob, writeArchive } from "./oci";

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
  platform?: { architecture: string; os: string; variant?: string };
}

interface Manifest {
  mediaType?: string;
  manifests?: Descriptor[];
  config?: Descriptor;
  layers?: Descriptor[];
}

const accepted = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** Where a reference such as `docker.io/library/node:22` is to be asked for. */
export function parseRef(ref: string): { base: string; repository: string; reference: string } {
  const match = /^([^/]+)\/(.+?)(?:@(sha256:[0-9a-f]{64})|:([\w.-]+))$/.exec(ref);
  if (!match) throw new ToolError(`"${ref}" is no full image reference (REGISTRY/NAME:TAG).`);
  const [, registry = "", repository = "", digest, tag = ""] = match;
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const scheme = /^(localhost|127\.0\.0\.1)(:|$)/.test(host) ? "http" : "https";
  return { base: `${scheme}://${host}`, repository, reference: digest ?? tag };
}

/**
 * Takes an image from its own registry into an OCI archive; every manifest and blob is verified against its digest.
 *
 * @returns The digest of the image's manifest for this machine.
 * @throws ToolError when the registry cannot be reached or sends something else.
 */
export async function pullImage(ref: string, archive: string, folder: string, task: Task): Promise<string> {
  const { base, repository, reference } = parseRef(ref);
  mkdirSync(folder, { recursive: true });
  const session = new Session(base, repository);
  task.update("asking its registry");
  let chosen = await session.manifest(reference);
  if (chosen.manifest.manifests) {
    const own = chosen.manifest.manifests.find(
      ({ platform }) => platform?.os === "linux" && platform.architecture === arch,
    );
    if (!own) throw new ToolError(`${ref} is not published for linux/${arch}`);
    chosen = await session.manifest(own.digest);
  }
  const { config, layers } = chosen.manifest;
  if (!config || !layers) throw new ToolError(`${ref} is no image`);
  const total = layers.reduce((sum, { size }) => sum + size, 0);
  let done = 0;
  const blobs: Blob[] = [];
  for (const { mediaType, digest, size } of [config, ...layers]) {
    const file = join(folder, digest.replace(":", "-"));
    const onProgress = (part: number): void => task.update(`downloading, ${megabytes(done + part, total)}`);
    await limits.network.run(() => session.blob(digest, file, onProgress));
    done += size;
    blobs.push({ mediaType, digest, size, file });
  }
  const manifestFile = join(folder, "manifest.json");
  writeFileSync(manifestFile, chosen.body);
  const mediaType = chosen.manifest.mediaType ?? chosen.mediaType;
  const manifest: Blob = { mediaType, digest: chosen.digest, size: chosen.body.length, file: manifestFile };
  await limits.pack.run(() => writeArchive(ref, manifest, blobs, archive));
  for (const { file } of [manifest, ...blobs]) rmSync(file, { force: true });
  return chosen.digest;
}

/** Talks to one repository, with the anonymous token that its registry asks for. */
class Session {
  private authorization: Record<string, string> = {};

  constructor(
    private readonly base: string,
    private readonly repository: string,
  ) {}

  async manifest(reference: string): Promise<{ manifest: Manifest; body: Buffer; digest: string; mediaType: string }> {
    const response = await this.get(`manifests/${reference}`, { accept: accepted });
    const body = Buffer.from(await response.arrayBuffer());
    const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
    const expected = reference.startsWith("sha256:") ? reference : response.headers.get("docker-content-digest");
    if (expected && expected !== digest) {
      throw new ChecksumError(`${this.repository}:${reference} has the checksum ${digest}, not ${expected}`);
    }
    const mediaType = (response.headers.get("content-type") ?? "").split(";")[0] ?? "";
    return { manifest: JSON.parse(body.toString()) as Manifest, body, digest, mediaType };
  }

  async blob(digest: string, file: string, onProgress: (done: number) => void): Promise<void> {
    const sha256 = digest.replace(/^sha256:/, "");
    if (existsSync(file) && (await sha256Of(file)) === sha256) return;
    await download(`${this.base}/v2/${this.repository}/blobs/${digest}`, file, {
      sha256,
      headers: this.authorization,
      onProgress,
    });
  }

  private async get(path: string, headers: Record<string, string>): Promise<Response> {
    const url = `${this.base}/v2/${this.repository}/${path}`;
    let response = await request(url, { headers: { ...headers, ...this.authorization } });
    if (response.status === 401 && !this.authorization["authorization"]) {
      await response.body?.cancel();
      this.authorization = {
        authorization: `Bearer ${await this.token(response.headers.get("www-authenticate") ?? "")}`,
      };
      response = await request(url, { headers: { ...headers, ...this.authorization } });
    }
    if (!response.ok) {
      await response.body?.cancel();
      throw new ToolError(`${url} answered ${response.status}`);
    }
    return response;
  }

  private async token(challenge: string): Promise<string> {
    const field = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1];
    const realm = field("realm");
    if (!realm || !/^bearer /i.test(challenge))
      throw new ToolError(`${this.base} wants a login (${challenge || "no challenge"})`);
    const url = new URL(realm);
    const service = field("service");
    if (service) url.searchParams.set("service", service);
    url.searchParams.set("scope", field("scope") ?? `repository:${this.repository}:pull`);
    const response = await request(url.href);
    if (!response.ok) throw new ToolError(`${url.host} gave no token for ${this.repository} (${response.status})`);
    const { token, access_token: other } = (await response.json()) as { token?: string; access_token?: string };
    const found = token ?? other;
    if (!found) throw new ToolError(`${url.host} gave no token for ${this.repository}`);
    return found;
  }
}
