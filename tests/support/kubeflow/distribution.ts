/** Kubeflow's distribution 26.03, which profile `full` is rendered from. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { gunzipSync } from "node:zlib";
import { skip } from "../../../cli/testing/skip";
import { cachePath, writeWhole } from "../../../infra/manifests/cache";
import { Unreachable, download } from "../../../infra/manifests/fetchArchive";
import { kubeflow } from "../../../infra/versions";
import { sharedFile } from "../shared";
import type { PinnedFile } from "../manifests/archives";
import { gitTree } from "./gitTree";

/** The copy in the shared folder has bases of other repositories rendered in, so it is not the release's tree. */
const renderedCopy = "cec5b06375c800c685bce6ec815c36ac292f5084157b0dd2b0fd7125a631eae8";

let found: Promise<PinnedFile> | undefined;

/**
 * The archive of the distribution: the rendered copy in the shared folder, else the official release.
 * @throws Unreachable when there is no copy and the release cannot be downloaded
 * @throws Error when what was downloaded is not release 26.03
 */
export function distribution(): Promise<PinnedFile> {
  return (found ??= find());
}

/**
 * Skips the suite on a machine that cannot have the distribution.
 * @param context - `this` of a `before` hook
 */
export async function needsDistribution(context: Mocha.Context): Promise<void> {
  try {
    await distribution();
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    skip(context, `the Kubeflow distribution is neither in ../shared/kubeflow nor downloadable: ${error.message}`);
  }
}

async function find(): Promise<PinnedFile> {
  const copy = sharedFile("kubeflow", "community-distribution-26.03.tar.gz");
  if (copy !== undefined) return { location: copy, sha256: renderedCopy };
  const location = cachePath("downloads", `community-distribution-${kubeflow.tree}.tar.gz`);
  if (!existsSync(location)) {
    const content = await download(kubeflow.archive);
    await verifyRelease(content);
    await writeWhole(location, content);
  }
  const content = await readFile(location);
  return { location, sha256: createHash("sha256").update(content).digest("hex") };
}

/**
 * Checks the files of the archive, since the bytes of an archive that is made on demand may change.
 * @throws Error that says what the archive holds when it is not release 26.03
 */
async function verifyRelease(content: Uint8Array): Promise<void> {
  const tree = await gitTree(Readable.from([gunzipSync(content)]));
  if (tree !== kubeflow.tree)
    throw new Error(`The files of ${kubeflow.archive} have the git tree ${tree}, but ${kubeflow.tree} is pinned.`);
}
