import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { pack } from "tar-stream";
import { arch } from "../home";
import type { Tree } from "./tree";

/** How a container of the image is started. */
export interface ImageConfig {
  entrypoint?: readonly string[];
  cmd?: readonly string[];
  env?: readonly string[];
  user?: string;
  workdir?: string;
}

interface Descriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** A blob of an archive: where its bytes are. */
export type Blob = Descriptor & { file: string };

const digestOf = (data: Buffer | string): string => `sha256:${createHash("sha256").update(data).digest("hex")}`;

/**
 * Writes a file system and its configuration as an image of one layer into an OCI archive that containerd, buildah and
 * skopeo read. The same content gives the same digest.
 *
 * @param work A folder for intermediate files; its content is removed again.
 * @returns The digest of the image's manifest.
 */
export async function writeImage(
  ref: string,
  tree: Tree,
  config: ImageConfig,
  archive: string,
  work: string,
): Promise<string> {
  mkdirSync(work, { recursive: true });
  const layerFile = join(work, "layer.tar");
  const hash = createHash("sha256");
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      next(null, chunk);
    },
  });
  await pipeline(tree.stream(), meter, createWriteStream(layerFile));
  // Not compressed: the image never leaves this machine, and unpacking is what a pod's start waits for.
  const layer: Blob = {
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    digest: `sha256:${hash.digest("hex")}`,
    size: statSync(layerFile).size,
    file: layerFile,
  };
  const imageConfig = JSON.stringify({
    created: "1970-01-01T00:00:00Z",
    architecture: arch,
    os: "linux",
    config: {
      ...(config.user ? { User: config.user } : {}),
      Env: config.env ?? ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      ...(config.entrypoint ? { Entrypoint: config.entrypoint } : {}),
      ...(config.cmd ? { Cmd: config.cmd } : {}),
      WorkingDir: config.workdir ?? "/",
    },
    rootfs: { type: "layers", diff_ids: [layer.digest] },
    history: [{ created: "1970-01-01T00:00:00Z", created_by: "kubeflow-stack" }],
  });
  const configBlob = blobFrom(imageConfig, "application/vnd.oci.image.config.v1+json", join(work, "config.json"));
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: describe(configBlob),
    layers: [describe(layer)],
  });
  const manifestBlob = blobFrom(manifest, "application/vnd.oci.image.manifest.v1+json", join(work, "manifest.json"));
  await writeArchive(ref, manifestBlob, [configBlob, layer], archive);
  rmSync(work, { recursive: true });
  return manifestBlob.digest;
}

function blobFrom(text: string, mediaType: string, file: string): Blob {
  writeFileSync(file, text);
  return { mediaType, digest: digestOf(text), size: Buffer.byteLength(text), file };
}

const describe = ({ mediaType, digest, size }: Blob): Descriptor => ({ mediaType, digest, size });

/** Packs a manifest and its blobs as an OCI archive that carries the image's name. */
export async function writeArchive(
  ref: string,
  manifest: Blob,
  blobs: readonly Blob[],
  archive: string,
): Promise<void> {
  const index = JSON.stringify({
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.index.v1+json",
    manifests: [
      {
        ...describe(manifest),
        platform: { architecture: arch, os: "linux" },
        // containerd reads the first, buildah and skopeo the second.
        annotations: { "io.containerd.image.name": ref, "org.opencontainers.image.ref.name": ref },
      },
    ],
  });
  mkdirSync(dirname(archive), { recursive: true });
  const partial = `${archive}.partial`;
  const tar = pack();
  const written = pipeline(tar, createWriteStream(partial));
  const mtime = new Date(0);
  tar.entry({ name: "oci-layout", mtime }, `{"imageLayoutVersion":"1.0.0"}`);
  tar.entry({ name: "index.json", mtime }, index);
  const unique = new Map([manifest, ...blobs].map((blob) => [blob.digest, blob]));
  for (const { digest, size, file } of unique.values()) {
    await pipeline(createReadStream(file), tar.entry({ name: `blobs/${digest.replace(":", "/")}`, size, mtime }));
  }
  tar.finalize();
  await written;
  renameSync(partial, archive);
}
