import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { pack } from "tar-stream";
import { ManifestError, loadManifests } from "../../../infra/manifests";

/** A release archive with these files under one top folder. */
async function archive(folder: string, name: string, files: Record<string, string>) {
  const tar = pack();
  for (const [path, text] of Object.entries(files)) tar.entry({ name: `release-1/${path}` }, text);
  tar.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of tar) chunks.push(chunk as Uint8Array);
  const content = gzipSync(Buffer.concat(chunks));
  const location = join(folder, name);
  await writeFile(location, content);
  return { location, sha256: createHash("sha256").update(content).digest("hex") };
}

async function faultsOf(load: Promise<unknown>): Promise<readonly string[]> {
  try {
    await load;
  } catch (error) {
    if (error instanceof ManifestError) return error.faults;
    throw error;
  }
  return [];
}

describe("manifest sources", () => {
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "manifest-sources-"));
  });

  after(() => rm(folder, { recursive: true, force: true }));

  it("tell every fault of every product at once, each with its remedy", async () => {
    const good = await archive(folder, "good.tar.gz", { "base/kustomization.yaml": "resources: []\n" });
    const sums = "0".repeat(64);
    const faults = await faultsOf(
      loadManifests({
        a: { request: { name: "a", sources: [{ kind: "archive", ...good, overlay: "gone/overlay" }] } },
        b: {
          request: {
            name: "b",
            sources: [{ kind: "archive", location: good.location, sha256: sums, overlay: "base" }],
          },
        },
        c: {
          request: {
            name: "c",
            sources: [{ kind: "archive", location: join(folder, "no"), sha256: sums, overlay: "base" }],
          },
        },
      }),
    );
    expect(faults).to.have.length(3);
    expect(faults[0]).to.match(/^a: .*good\.tar\.gz has no overlay gone\/overlay: .*mend the overlay's path\.$/);
    expect(faults[1]).to.match(/^b: .*has SHA-256 [0-9a-f]{64}, but 0{64} is pinned: fetch it anew, or change the pin/);
    expect(faults[2]).to.match(/^c: The archive .*\/no is not there: give the path of the release archive\.$/);
  });

  it("say what is wrong with an archive that is none", async () => {
    const location = join(folder, "text.tar.gz");
    await writeFile(location, "no archive");
    const sha256 = createHash("sha256")
      .update(await readFile(location))
      .digest("hex");
    const [fault] = await faultsOf(
      loadManifests({
        a: { request: { name: "a", sources: [{ kind: "archive", location, sha256, overlay: "base" }] } },
      }),
    );
    expect(fault).to.include("is not a gzipped tar archive").and.include("fetch the release archive anew");
  });
});
