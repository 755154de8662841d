/** The hash that names an image: known before it is built, the same on every machine. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { baseImages, tools } from "../../../infra/versions";
import { externalNames, fullImageName } from "../../../toolchain/buildah/dockerfile";
import { hashContext, listContext, type ContextEntry } from "./context";
import { providedContexts, type ProvidedContext } from "./providedContexts";

/** A folder that the Dockerfile's `COPY --from=NAME` takes from: one's own, or one that the toolchain provides. */
export type BuildContext = { path: string } | { tool: ProvidedContext };

/** What an image is built from. */
export interface ImageSource {
  /** The folder, absolute. */
  context: string;
  /** Relative to the folder. Default: `Dockerfile`. */
  dockerfile?: string;
  buildArgs?: Record<string, string>;
  buildContexts?: Record<string, BuildContext>;
}

/** An image's source, read. */
export interface ReadSource {
  dockerfile: string;
  entries: ContextEntry[];
  /** SHA-256 in hex over everything that decides what the image holds. */
  contentHash: string;
}

/**
 * Reads a source and hashes it.
 *
 * @throws Error with one sentence for the first thing that is missing.
 */
export function readSource(source: ImageSource): ReadSource {
  const folder = source.context;
  if (!isAbsolute(folder)) throw new Error(`The build context "${folder}" must be an absolute path.`);
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    throw new Error(`The build context ${folder} is not a folder; name the folder that holds the Dockerfile.`);
  }
  const file = resolve(folder, source.dockerfile ?? "Dockerfile");
  if (!existsSync(file))
    throw new Error(`There is no Dockerfile at ${file}; set \`dockerfile\` to its path inside the context.`);
  const dockerfile = readFileSync(file, "utf8");
  const entries = listContext(folder, file);
  const contexts = source.buildContexts ?? {};
  const bases = externalNames(dockerfile, source.buildArgs).filter((name) => !(name in contexts));
  const parts = {
    // Raised when the way of building changes what comes out.
    format: 1,
    dockerfile,
    files: hashContext(folder, entries),
    buildArgs: sorted(source.buildArgs ?? {}),
    contexts: sorted(mapValues(contexts, identityOf)),
    bases: bases.map((name) => [fullImageName(name), basePins[fullImageName(name)] ?? ""]),
  };
  return { dockerfile, entries, contentHash: createHash("sha256").update(JSON.stringify(parts)).digest("hex") };
}

/** A base image that this project may have to make itself is as new as what it is made of. */
const basePins: Readonly<Record<string, string>> = {
  [baseImages.node]: `node ${tools.node}, npm ${tools.npm}`,
};

function identityOf(context: BuildContext): string {
  if ("tool" in context) return providedContexts[context.tool].identity();
  return hashContext(context.path, listContext(context.path, join(context.path, "Dockerfile")));
}

function sorted(map: Record<string, string>): [string, string][] {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}

function mapValues<A>(map: Record<string, A>, change: (value: A) => string): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));
}
