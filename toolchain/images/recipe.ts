import type { Tool } from "../types";
import type { ImageConfig } from "./oci";

/** A tool under the name of its folder in the cache. */
export interface NamedTool {
  readonly name: string;
  readonly tool: Tool;
}

/** How an image is built from the package registries. It has upstream's name, so that manifests need no change. */
export interface ImageRecipe {
  readonly config: ImageConfig;
  /** Programs by their path in the image, each the name of a program of `from`. */
  readonly programs?: { readonly from: NamedTool; readonly at: Readonly<Record<string, string>> };
  /** Debian packages that the image's root is made of. @default none: the root holds the programs and certificates only */
  readonly debian?: readonly string[];
  /** Symbolic links: path to target. */
  readonly links?: Readonly<Record<string, string>>;
  /** npm packages: the folder in the image to `name@version`. */
  readonly npm?: Readonly<Record<string, string>>;
  /** PyPI packages for the image's Python. */
  readonly pypi?: readonly string[];
  /** Files of a Go module: path in the image to the module and the path in it. */
  readonly moduleFiles?: Readonly<
    Record<string, { readonly module: string; readonly version: string; readonly path: string }>
  >;
  /** Folders that a user of the image may write to; `owner` is the user's number. */
  readonly folders?: Readonly<Record<string, { readonly owner: number }>>;
  /** Users beside root: name to number. */
  readonly users?: Readonly<Record<string, number>>;
}

/** Image recipes by full reference, such as `registry.k8s.io/pause:3.10.1`. */
export type ImageTable = Readonly<Record<string, ImageRecipe>>;
