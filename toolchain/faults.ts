import { cacheHome } from "./home";
import { ToolError } from "./types";

/** The cache folder itself cannot be written: no other way to a tool would do better. */
export class CacheError extends ToolError {
  override name = "CacheError";
}

const full: readonly unknown[] = ["ENOSPC", "EDQUOT"];
const refused: readonly unknown[] = ["EACCES", "EPERM", "EROFS", "ENOTDIR"];
/** What programs say in the same case. */
const saidFull = /no space left on device|disk quota exceeded/i;

/**
 * What one sentence can explain of whatever was thrown while something was obtained.
 * @returns a CacheError when the cache folder is full or may not be written, a ToolError for what only this way suffers from (a file
 * that is not there, a connection that was reset), undefined for a bug
 */
export function faultOf(error: unknown): ToolError | undefined {
  if (error instanceof CacheError) return error;
  const { code, syscall, message } = Object(error) as NodeJS.ErrnoException;
  if (full.includes(code) || (error instanceof ToolError && saidFull.test(message)))
    return new CacheError(
      `The disk that holds ${cacheHome} is full (${lastLine(message)}): free some of it, or put the cache elsewhere with XDG_CACHE_HOME.`,
    );
  if (error instanceof ToolError) return error;
  // On a file system that is read-only, making a folder and those above it ends in ENOENT.
  if (refused.includes(code) || syscall === "mkdir")
    return new CacheError(
      `Something in ${cacheHome} cannot be written (${message}): make it this user's, or put the cache elsewhere with XDG_CACHE_HOME.`,
    );
  return code !== undefined && syscall !== undefined ? new ToolError(message) : undefined;
}

const lastLine = (text: string): string => text.trim().split("\n").at(-1) ?? "";
