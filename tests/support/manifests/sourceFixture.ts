import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type ArchiveSource, ManifestError, type ManifestPlan } from "../../../infra/manifests";
import { cachePath } from "../../../infra/manifests/cache";
import { type PinnedFile, archiveOf } from "./archives";

/** Archives in a folder of their own, and plans that render them. `remove` deletes them, from the cache too. */
export class SourceFixture {
  readonly folder = mkdtempSync(join(tmpdir(), "manifest-sources-"));
  private readonly sums = new Set<string>();

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
    for (const sum of this.sums)
      for (const kind of ["archives", "downloads"]) await rm(cachePath(kind, sum), { recursive: true, force: true });
  }

  /** The plan of a product that comes from overlays of an archive. */
  plan(name: string, archive: PinnedFile, ...overlays: string[]): ManifestPlan {
    this.sums.add(archive.sha256);
    const sources = overlays.map((overlay): ArchiveSource => ({ kind: "archive", ...archive, overlay }));
    return { request: { name, sources } };
  }

  /** An archive of overlays, each with one file of objects. */
  overlays(name: string, files: Readonly<Record<string, string>>): Promise<PinnedFile> {
    const all = Object.entries(files).flatMap(([overlay, text]) => [
      [`${overlay}/kustomization.yaml`, "resources: [objects.yaml]\n"],
      [`${overlay}/objects.yaml`, text],
    ]);
    return archiveOf(this.folder, name, Object.fromEntries(all) as Record<string, string>);
  }
}

/** The YAML of a ConfigMap. */
export const configMap = (name: string): string =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: team}\n`;

/** The faults with which loading fails. Each must be one sentence. */
export async function faultsOf(load: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await load.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ManifestError);
  const { faults, message } = error as ManifestError;
  expect(message).to.include("nothing was applied");
  for (const fault of faults) expect(fault).to.match(/^[^\n]*[:;,][^\n]*\.$/);
  return faults;
}
