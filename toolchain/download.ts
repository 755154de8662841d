import { createHash } from "node:crypto";
import {
  createReadStream,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { ChecksumError, ToolError } from "./types";

export interface DownloadOptions {
  /** SHA-256 in hex that the whole file must have. */
  sha256?: string;
  /** How long to wait for the first answer, in milliseconds; 8 s by default. */
  answerMs?: number;
  /** How long a transfer may stand still, in milliseconds; 30 s by default. */
  stallMs?: number;
  headers?: Record<string, string>;
  onProgress?: (done: number, total: number | undefined) => void;
}

/** Hosts that could not be reached, with the reason; asked once in a run. */
const unreachable = new Map<string, string>();

/** Forgets which hosts could not be reached (for tests). */
export function forgetUnreachable(): void {
  unreachable.clear();
}

/** How often an interrupted transfer is taken up again when it brings nothing new. */
const attempts = 3;

/**
 * Downloads a file, going on where an earlier download stopped, and verifies its checksum before it gets its name.
 *
 * @throws ToolError when the host cannot be reached, answers with an error, stalls, or sends something else.
 */
export async function download(url: string, to: string, options: DownloadOptions = {}): Promise<void> {
  mkdirSync(dirname(to), { recursive: true });
  const part = `${to}.part`;
  for (let left = attempts; ;) {
    const before = sizeOf(part);
    try {
      await transfer(url, part, options);
      break;
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      left = sizeOf(part) > before ? attempts : left - 1;
      if (left === 0) throw new ToolError(`${url} ${error.message}, ${attempts} times in a row`);
    }
  }
  rmSync(`${part}.tag`, { force: true });
  if (options.sha256) {
    const found = await sha256Of(part);
    if (found !== options.sha256) {
      rmSync(part);
      throw new ChecksumError(`${url} has the checksum ${found}, not ${options.sha256}, and was thrown away`);
    }
  }
  renameSync(part, to);
}

/** The transfer broke off; what came is kept. */
class Interrupted extends Error {}

/**
 * A request whose host failed before is refused at once; one that gets no answer marks its host.
 *
 * @throws ToolError when the host cannot be reached.
 */
export async function request(url: string, init: RequestInit = {}, answerMs = 8000): Promise<Response> {
  const { host } = new URL(url);
  const known = unreachable.get(host);
  if (known) throw new ToolError(`${host} cannot be reached (${known})`);
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), answerMs);
  try {
    const signal = init.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal;
    return await fetch(url, { ...init, signal });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const code = (cause as NodeJS.ErrnoException).code;
    const reason = silence.signal.aborted ? `no answer in ${answerMs / 1000} s` : (code ?? String(cause));
    unreachable.set(host, reason);
    throw new ToolError(`${host} cannot be reached (${reason})`);
  } finally {
    clearTimeout(timer);
  }
}

async function transfer(url: string, part: string, options: DownloadOptions): Promise<void> {
  const have = sizeOf(part);
  // Without the tag there is no telling whether the rest belongs to the same file.
  const tag = have && existsSync(`${part}.tag`) ? readFileSync(`${part}.tag`, "utf8") : undefined;
  const stalled = new AbortController();
  const resume: Record<string, string> = tag ? { range: `bytes=${have}-`, "if-range": tag } : {};
  const response = await request(
    url,
    // Sizes are those of the file itself only where nothing packs it for the way.
    { headers: { "accept-encoding": "identity", ...options.headers, ...resume }, signal: stalled.signal },
    options.answerMs,
  );
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    // Nothing is left to send: the earlier run ended between the last byte and the check.
    if (response.status === 416 && response.headers.get("content-range") === `bytes */${have}`) return;
    if (response.status === 416 && tag) {
      rmSync(part);
      throw new Interrupted("has become shorter");
    }
    throw new ToolError(`${url} answered ${response.status}`);
  }
  const goesOn = response.status === 206 && Boolean(tag);
  const length = Number(response.headers.get("content-length")) || undefined;
  const start = goesOn ? have : 0;
  const total = length === undefined ? undefined : start + length;
  const current = response.headers.get("etag") ?? response.headers.get("last-modified");
  if (current && !current.startsWith("W/")) writeFileSync(`${part}.tag`, current);
  else rmSync(`${part}.tag`, { force: true });

  const stallMs = options.stallMs ?? 30_000;
  let done = start;
  const timer = setTimeout(() => stalled.abort(), stallMs);
  // Chunk by chunk, so that whatever came before the transfer broke off is in the file.
  const file = await open(part, goesOn ? "a" : "w");
  try {
    for await (const chunk of chunksOf(response.body, () => stalled.signal.aborted, stallMs)) {
      timer.refresh();
      await file.writeFile(chunk);
      done += chunk.length;
      options.onProgress?.(done, total);
    }
  } finally {
    clearTimeout(timer);
    await file.close();
  }
  if (total !== undefined && done < total) throw new Interrupted(`broke off after ${done} of ${total} bytes`);
}

/** The body's chunks; its errors, unlike those of writing them, are interruptions. */
async function* chunksOf(
  body: ReadableStream<Uint8Array>,
  stalled: () => boolean,
  stallMs: number,
): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(() => {
        throw new Interrupted(stalled() ? `stood still for ${stallMs / 1000} s` : "broke off");
      });
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

/** The SHA-256 of a file, in hex. */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex");
}
