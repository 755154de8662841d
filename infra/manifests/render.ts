/** From sources to objects: read or kustomized, filled in, checked, and kept by content. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureModuleSource } from "../../toolchain/moduleSource";
import { cachePath, readJson, sha256, writeWhole } from "./cache";
import { checkObjects } from "./check";
import { SourceFault, sentence } from "./faults";
import { Unreachable, archiveFolder, download, verify } from "./fetchArchive";
import { normalize } from "./normalize";
import { type Json, type KubernetesObject, isMap, mapsAt, textAt } from "./object";
import { dropNamespaces } from "./scope";
import type { ManifestRequest, ManifestSource } from "./source";
import { parseYaml } from "./yaml";

/** Raised when rendering changes its result for the same sources, so that older cache entries are not used. */
const RENDERER = 2;

/** A CustomResourceDefinition without its body. */
export interface CrdEntry {
  readonly name: string;
  /** SHA-256 of the body. */
  readonly digest: string;
  /** The API versions it defines. */
  readonly versions: readonly string[];
  readonly group: string;
}

/** What a request rendered to. */
export interface RenderedManifest {
  readonly name: string;
  /** Everything but the CRDs, in upstream's order. */
  readonly objects: readonly KubernetesObject[];
  readonly crds: readonly CrdEntry[];
  /** The file that holds the CRDs' bodies: JSON, by name. */
  readonly bodies: string;
}

/** Rendered, or what is wrong with the sources. */
export type Rendering = { readonly manifest: RenderedManifest } | { readonly faults: readonly string[] };

const run = promisify(execFile);

/**
 * Renders a request, from the cache when the same was rendered before.
 * @returns the objects, or every fault of the sources; never throws for a fault of theirs
 */
export async function render(request: ManifestRequest): Promise<Rendering> {
  const key = sha256(
    JSON.stringify([RENDERER, request.sources.map(pin), request.fill ?? {}, request.withoutKinds ?? []]),
  ).slice(0, 32);
  const folder = cachePath("rendered", `${request.name}-${key}`);
  const bodies = join(folder, "crds.json");
  const cached = await readJson<Pick<RenderedManifest, "objects" | "crds">>(join(folder, "objects.json"));
  if (cached) return { manifest: { name: request.name, ...cached, bodies } };

  const faults: string[] = [];
  const documents: Json[] = [];
  for (const source of request.sources) {
    try {
      documents.push(...(await read(source)));
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      faults.push(`${request.name}: ${error.message}`);
    }
  }
  const filled = documents
    .filter((document) => !isLeftOut(document, request))
    .map((document) => fill(document, request.fill ?? {}));
  const { objects, faults: found } = checkObjects(request.name, filled);
  faults.push(...found);
  if (faults.length > 0) return { faults };

  const whole = objects.map(normalize);
  dropNamespaces(whole);
  const crdBodies = whole.filter((object) => object.kind === "CustomResourceDefinition");
  const crds = crdBodies.map(entry).sort((a, b) => a.name.localeCompare(b.name));
  const rest = whole.filter((object) => object.kind !== "CustomResourceDefinition");
  await writeWhole(bodies, JSON.stringify(Object.fromEntries(crdBodies.map((crd) => [crd.metadata.name, crd]))));
  await writeWhole(join(folder, "objects.json"), JSON.stringify({ objects: rest, crds }));
  return { manifest: { name: request.name, objects: rest, crds, bodies } };
}

function isLeftOut(document: Json, { withoutKinds = [] }: ManifestRequest): boolean {
  return isMap(document) && typeof document["kind"] === "string" && withoutKinds.includes(document["kind"]);
}

/** What makes a source's content what it is: for an archive its sum, wherever it lies. */
function pin(source: ManifestSource): unknown {
  if (source.kind === "module") return source;
  return source.kind === "archive" ? [source.sha256, source.overlay] : source.sha256;
}

async function read(source: ManifestSource): Promise<Json[]> {
  if (source.kind === "file") return parse(await readFileSource(source), source.url);
  if (source.kind === "archive") {
    return kustomize(await archiveFolder(source.location, source.sha256), source.overlay, source.location);
  }
  const folder = await ensureModuleSource(source.path, source.version, source.sum);
  const where = `${source.path}@${source.version}`;
  const documents = source.overlay === undefined ? [] : await kustomize(folder, source.overlay, where);
  for (const name of source.files ?? []) {
    for (const file of await yamlFiles(join(folder, name), `${where}/${name}`)) {
      documents.push(...parse(await readFile(file, "utf8"), file));
    }
  }
  return documents;
}

async function readFileSource(source: ManifestSource & { kind: "file" }): Promise<string> {
  const cached = cachePath("downloads", source.sha256);
  if (existsSync(cached)) return readFile(cached, "utf8");
  let content: Uint8Array;
  try {
    content = await download(source.url);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
    if (source.otherwise === undefined) throw new SourceFault(`${error.message}: check the network.`);
    const { path, version, sum, file } = source.otherwise;
    content = await readFile(join(await ensureModuleSource(path, version, sum), file));
  }
  verify(content, source.sha256, source.url);
  await writeWhole(cached, content);
  return Buffer.from(content).toString("utf8");
}

async function yamlFiles(path: string, where: string): Promise<string[]> {
  if (path.endsWith(".yaml") && existsSync(path)) return [path];
  const entries = await readdir(path, { recursive: true }).catch(() => {
    throw new SourceFault(
      `${where} is not there: this release keeps its manifests elsewhere, so mend the pin's files.`,
    );
  });
  return entries
    .filter((entry) => entry.endsWith(".yaml"))
    .sort()
    .map((entry) => join(path, entry));
}

async function kustomize(folder: string, overlay: string, where: string): Promise<Json[]> {
  const path = join(folder, overlay);
  if (!existsSync(join(path, "kustomization.yaml"))) {
    throw new SourceFault(
      `${where} has no overlay ${overlay}: this release keeps it elsewhere, so mend the overlay's path.`,
    );
  }
  // Asked for only when something must be rendered: with warm caches a run needs no tool at all.
  const { ensureTools } = await import("../../toolchain/index.js");
  const tools = await ensureTools(["kubernetes"]);
  try {
    const { stdout } = await run(tools.bin("kubectl"), ["kustomize", path], { maxBuffer: 1 << 28 });
    return parse(stdout, `${where}/${overlay}`);
  } catch (error) {
    if (error instanceof SourceFault) throw error;
    const said = isMap(error) && typeof error["stderr"] === "string" ? error["stderr"].trim() : sentence(error);
    throw new SourceFault(
      `${where}/${overlay} cannot be rendered (${said}): take the release anew or mend the overlay.`,
    );
  }
}

function parse(text: string, where: string): Json[] {
  try {
    return parseYaml(text, where);
  } catch (error) {
    throw new SourceFault(sentence(error));
  }
}

function fill(value: Json, texts: Readonly<Record<string, string>>): Json {
  if (typeof value === "string") return texts[value] ?? value;
  if (Array.isArray(value)) return value.map((item) => fill(item, texts));
  if (isMap(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, texts)]));
  return value;
}

function entry(crd: KubernetesObject): CrdEntry {
  const spec = isMap(crd["spec"]) ? crd["spec"] : {};
  return {
    name: crd.metadata.name,
    digest: sha256(JSON.stringify(crd)),
    versions: mapsAt(spec, "versions").map((version) => textAt(version, "name")),
    group: textAt(spec, "group"),
  };
}
