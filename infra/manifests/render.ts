/** From sources to objects: read or kustomized, filled in, checked, and kept by content. */
import { join } from "node:path";
import { cachePath, readJson, sha256, writeWhole } from "./cache";
import { checkObjects } from "./check";
import { ArchiveFault, SourceFault } from "./faults";
import type { Archives } from "./fetchArchive";
import { normalize } from "./normalize";
import { type Json, type KubernetesObject, isMap, mapsAt, textAt } from "../objects/object";
import { dropNamespaces } from "./scope";
import { read } from "./read";
import type { ManifestRequest, ManifestSource } from "../objects/source";

/** Raised when rendering changes its result for the same sources, so that older cache entries are not used. */
const RENDERER = 4;

/** A CustomResourceDefinition without its body. */
export interface CrdEntry {
  readonly name: string;
  /** SHA-256 of the body. */
  readonly digest: string;
  /** The API versions it defines. */
  readonly versions: readonly string[];
  readonly group: string;
}

/** The result of a request. */
export interface RenderedManifest {
  readonly name: string;
  /** Everything but the CRDs, in upstream's order. */
  readonly objects: readonly KubernetesObject[];
  readonly crds: readonly CrdEntry[];
  /** The file that holds the CRDs' bodies: JSON, by name. */
  readonly bodies: string;
}

/** The manifest, or the faults of its sources. */
export type Rendering = { readonly manifest: RenderedManifest } | { readonly faults: readonly string[] };

/**
 * Renders a request, from the cache when the same was rendered before.
 * @param archives opens what several requests come from once
 * @returns the objects, or every fault of the sources; never throws for a fault of theirs
 */
export async function render(request: ManifestRequest, archives: Archives): Promise<Rendering> {
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
      documents.push(...(await read(source, archives)));
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error;
      // An archive's fault is reported once, for all products that are rendered from it.
      faults.push(error instanceof ArchiveFault ? error.message : `${request.name}: ${error.message}`);
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

/** Identifies a source's content: an archive by its checksum, wherever it lies. */
function pin(source: ManifestSource): unknown {
  if (source.kind === "module" || source.kind === "inline") return source;
  return source.kind === "archive" ? [source.sha256, source.overlay] : source.sha256;
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
