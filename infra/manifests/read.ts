/** The documents of a manifest source, wherever it lies. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureModuleSource } from "../recipes/moduleSource";
import { cachePath, writeWhole } from "./cache";
import { checkObjects } from "./check";
import { SourceFault, sentence } from "./faults";
import { type Archives, Unreachable, download, verify } from "./fetchArchive";
import { type Json, isMap } from "../objects/object";
import type { ManifestSource } from "../objects/source";
import { parseYaml } from "./yaml";

const run = promisify(execFile);

/**
 * The documents of a source, CRDs and all.
 * @throws SourceFault when it is not there, is not what is pinned, or cannot be read
 */
export async function read(source: ManifestSource, archives: Archives): Promise<Json[]> {
  if (source.kind === "inline") return structuredClone([...source.objects]);
  if (source.kind === "file") return parse(await readFileSource(source), source.url);
  if (source.kind === "archive") {
    return kustomize(await archives.open(source.location, source.sha256), source.overlay, source.location);
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
  const { ensureTools } = await import("../recipes/index.js");
  const tools = await ensureTools(["kubernetes"]);
  try {
    const { stdout } = await run(tools.bin("kubectl"), ["kustomize", path], { maxBuffer: 1 << 28 });
    return parse(stdout, `${where}/${overlay}`);
  } catch (error) {
    if (error instanceof SourceFault) throw error;
    // kubectl stops at the first invalid object; the checks that follow name all of them.
    const documents = await unrendered(path);
    if (checkObjects("", documents).faults.length > 0) return documents;
    const said =
      isMap(error) && typeof error["stderr"] === "string"
        ? error["stderr"].trim().replaceAll("\n", " ")
        : sentence(error);
    throw new SourceFault(
      `${where}/${overlay} cannot be rendered (${said}): take the release anew or mend the overlay.`,
    );
  }
}

/** The documents of an overlay's files as they are, as far as they can be read. */
async function unrendered(path: string): Promise<Json[]> {
  const listed = existsSync(join(path, "kustomization.yaml")) ? join(path, "kustomization.yaml") : undefined;
  try {
    if (listed === undefined) return path.endsWith(".yaml") ? parseYaml(await readFile(path, "utf8"), path) : [];
    const [kustomization] = parseYaml(await readFile(listed, "utf8"), listed);
    const resources = isMap(kustomization) ? kustomization["resources"] : undefined;
    const names = Array.isArray(resources) ? resources.filter((name) => typeof name === "string") : [];
    return (await Promise.all(names.map((name) => unrendered(join(path, name))))).flat();
  } catch {
    return [];
  }
}

function parse(text: string, where: string): Json[] {
  try {
    return parseYaml(text, where);
  } catch (error) {
    throw new SourceFault(sentence(error));
  }
}
