/** Where manifests come from. All of it is data: a request with the same content renders the same objects. */
import type { KubernetesObject } from "./object";

/** Manifests in a Go module, whose content the Go checksum database vouches for. */
export interface ModuleSource {
  readonly kind: "module";
  /** The module's path, such as `knative.dev/serving`. */
  readonly path: string;
  /** Its version, with the leading v. */
  readonly version: string;
  /** Its checksum as go.sum writes it, `h1:…`. */
  readonly sum: string;
  /** YAML files and folders of YAML files inside the module, read in this order. */
  readonly files?: readonly string[];
  /** A folder inside the module to render with `kubectl kustomize`. */
  readonly overlay?: string;
}

/** One YAML file at an address. Where the address cannot be reached, the same file out of a module. */
export interface FileSource {
  readonly kind: "file";
  readonly url: string;
  /** SHA-256 of the file, hexadecimal. */
  readonly sha256: string;
  /** The module that holds the same file, and where in it. */
  readonly otherwise?: { readonly path: string; readonly version: string; readonly sum: string; readonly file: string };
}

/** Overlays of a release archive (tar, gzip), at an address or on this machine. */
export interface ArchiveSource {
  readonly kind: "archive";
  /** An `https://` address, or the path of a file. */
  readonly location: string;
  /** SHA-256 of the archive, hexadecimal. */
  readonly sha256: string;
  /** The folder to render with `kubectl kustomize`, from the archive's single top folder. */
  readonly overlay: string;
}

/** Objects of our own, CRDs among them. */
export interface InlineSource {
  readonly kind: "inline";
  readonly objects: readonly KubernetesObject[];
}

/** Any of them. */
export type ManifestSource = ModuleSource | FileSource | ArchiveSource | InlineSource;

/** What to render for one product. */
export interface ManifestRequest {
  /** The product's name, for messages and for the cache. */
  readonly name: string;
  readonly sources: readonly ManifestSource[];
  /** Strings that upstream's release tooling fills in (image references, versions, template names): the whole string, and what it becomes. */
  readonly fill?: Readonly<Record<string, string>>;
  /** Kinds of objects to leave out, such as those that two of the sources both bring. */
  readonly withoutKinds?: readonly string[];
}
