/** The files of a build context: what .dockerignore leaves of a folder. */
import { createHash } from "node:crypto";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  lstatSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import ignore from "@balena/dockerignore";

/** One entry of a context; folders are there only to keep empty ones. */
export interface ContextEntry {
  /** Relative to the context, with forward slashes. */
  path: string;
  kind: "file" | "executable" | "link" | "folder";
}

/**
 * Lists a context the way `docker build` sends it: everything but what .dockerignore names. A file beside the Dockerfile
 * named after it (`trainer.Dockerfile.dockerignore`) wins over the folder's own.
 *
 * @param folder The context's folder.
 * @param dockerfile The Dockerfile's path, absolute.
 * @returns The entries, sorted by path.
 */
export function listContext(folder: string, dockerfile: string): ContextEntry[] {
  const rules = readIgnoreRules(folder, dockerfile);
  const filter = ignore().add(rules);
  const exceptions = rules.filter((rule) => rule.startsWith("!")).map((rule) => rule.slice(1).replace(/^\.?\//, ""));
  // A folder is skipped whole unless an exception may reach into it.
  const mayReachInto = (path: string): boolean =>
    exceptions.some(
      (rule) =>
        /^[*?[]/.test(rule) || `${rule}/`.startsWith(`${path}/`) || path.startsWith(rule.split(/[*?[]/)[0] || rule),
    );
  const entries: ContextEntry[] = [];
  const walk = (relative: string): number => {
    let kept = 0;
    for (const entry of readdirSync(join(folder, relative), { withFileTypes: true })) {
      const path = relative === "" ? entry.name : `${relative}/${entry.name}`;
      const ignored = filter.ignores(path);
      if (entry.isDirectory()) {
        if (ignored && !mayReachInto(path)) continue;
        const inside = walk(path);
        if (inside === 0 && !ignored) entries.push({ path, kind: "folder" });
        kept += ignored && inside === 0 ? 0 : 1;
      } else if (!ignored && (entry.isFile() || entry.isSymbolicLink())) {
        entries.push({ path, kind: kindOf(join(folder, path), entry.isSymbolicLink()) });
        kept++;
      }
    }
    return kept;
  };
  walk("");
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function kindOf(path: string, isLink: boolean): ContextEntry["kind"] {
  if (isLink) return "link";
  return (statSync(path).mode & 0o100) === 0 ? "file" : "executable";
}

function readIgnoreRules(folder: string, dockerfile: string): string[] {
  const file = [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")].find((candidate) => existsSync(candidate));
  if (file === undefined) return [];
  return readFileSync(file, "utf8")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/**
 * A digest of everything of a context that can reach an image: paths, contents, link targets and the executable bit. The other
 * permission bits, owners and times differ between clones of the same commit, so they count for nothing.
 */
export function hashContext(folder: string, entries: readonly ContextEntry[]): string {
  const hash = createHash("sha256");
  for (const { path, kind } of entries) {
    const full = join(folder, path);
    const content = kind === "link" ? readlinkSync(full) : kind === "folder" ? "" : readFileSync(full);
    hash.update(JSON.stringify([path, kind, createHash("sha256").update(content).digest("hex")]));
  }
  return hash.digest("hex");
}

/** Copies a context with the permissions and times that its hash takes for granted, so that equal hashes build equal images. */
export function stageContext(folder: string, entries: readonly ContextEntry[], to: string): void {
  mkdirSync(to, { recursive: true });
  for (const { path, kind } of entries) {
    const target = join(to, path);
    mkdirSync(kind === "folder" ? target : join(target, ".."), { recursive: true });
    if (kind === "folder") continue;
    if (kind === "link") {
      symlinkSync(readlinkSync(join(folder, path)), target);
      continue;
    }
    copyFileSync(join(folder, path), target);
    chmodSync(target, kind === "executable" ? 0o755 : 0o644);
  }
  settle(to);
}

function settle(path: string): void {
  if (lstatSync(path).isDirectory()) {
    for (const name of readdirSync(path)) settle(join(path, name));
    chmodSync(path, 0o755);
    utimesSync(path, 0, 0);
  } else {
    lutimesSync(path, 0, 0);
  }
}
