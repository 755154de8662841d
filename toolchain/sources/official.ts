import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, symlinkSync } from "node:fs";
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { download, request, sha256Of, type DownloadOptions } from "../download";
import { cacheHome } from "../home";
import { limits } from "../limits";
import { megabytes, type Task } from "../progress";
import { run } from "../process";
import { type OfficialSource, type ReleaseFile, ToolError } from "../types";

/**
 * Downloads the files of an official release, verifies them, and puts their programs into `to/bin`.
 *
 * @param timeouts Timeouts and a folder for downloads other than the usual ones (for tests).
 */
export async function downloadRelease(
  source: OfficialSource,
  to: string,
  task: Task,
  log: string,
  timeouts: Pick<DownloadOptions, "answerMs" | "stallMs"> & { downloads?: string } = {},
): Promise<void> {
  mkdirSync(join(to, "bin"), { recursive: true });
  const { downloads = join(cacheHome, "downloads"), ...waits } = timeouts;
  for (const file of source.files) {
    const name = basename(new URL(file.url).pathname);
    const sha256 = await expectedChecksum(file, waits.answerMs);
    const kept = join(downloads, `${createHash("sha256").update(file.url).digest("hex").slice(0, 12)}-${name}`);
    await limits.network.run(async () => {
      if (existsSync(kept) && (await sha256Of(kept)) === sha256) return;
      const onProgress = (done: number, total: number | undefined): void =>
        task.update(`downloading ${name}, ${megabytes(done, total)}`);
      await download(file.url, kept, { sha256, onProgress, ...waits });
    });
    await limits.pack.run(() => unpack(file, kept, to, log));
    rmSync(kept);
  }
}

async function unpack({ programs }: ReleaseFile, archive: string, to: string, log: string): Promise<void> {
  if (typeof programs === "string") {
    cpSync(archive, join(to, "bin", programs));
    chmodSync(join(to, "bin", programs), 0o755);
    return;
  }
  const folder = join(to, "release");
  mkdirSync(folder, { recursive: true });
  await run("tar", ["-x", "--no-same-owner", "-f", archive, "-C", folder], { log });
  for (const [program, path] of Object.entries(programs)) {
    if (!existsSync(join(folder, path))) throw new ToolError(`${basename(archive)} holds no ${path}`);
    symlinkSync(join("..", "release", path), join(to, "bin", program));
  }
}

/** The pinned checksum, or the one in the release's own list, whose lines are `HEX  NAME` or the bare checksum. */
async function expectedChecksum({ url, sha256 }: ReleaseFile, answerMs?: number): Promise<string> {
  if (typeof sha256 === "string") return sha256;
  const response = await request(sha256.publishedAt, {}, answerMs);
  const text = await response.text().catch(() => "");
  if (!response.ok) throw new ToolError(`${sha256.publishedAt} answered ${response.status}`);
  const name = basename(new URL(url).pathname);
  const lines = text.split("\n").map((line) => line.trim().split(/\s+\*?/));
  const line =
    lines.find(([, file]) => file !== undefined && basename(file) === name) ??
    (lines[0]?.length === 1 ? lines[0] : undefined);
  const found = line?.[0]?.toLowerCase();
  if (!found || !/^[0-9a-f]{64}$/.test(found)) throw new ToolError(`${sha256.publishedAt} lists no SHA-256 of ${name}`);
  return found;
}
