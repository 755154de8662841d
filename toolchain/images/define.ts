/** Parts that image recipes have in common. */
import type { ImageConfig } from "./oci";
import type { ImageRecipe, NamedTool } from "./recipe";
import type { GoSource, RegistrySource, Tool } from "../types";

/** A tool whose programs are for images only: where upstream can be reached, the image itself is pulled. */
export const forImages = (version: string, registries: RegistrySource): Tool => ({
  version,
  programs: "programs" in registries ? Object.keys(registries.programs) : [],
  machine: { none: "it runs in an image only" },
  official: { none: "the image itself is the official release" },
  registries,
});

/**
 * Programs built from a Go module.
 *
 * @param workspace Builds that share a module graph share this name.
 * @param programs Program name to package.
 * @param replace `replace` lines for the go.mod: module to `module version`.
 */
export const goModule = (
  workspace: string,
  version: string,
  programs: Record<string, string>,
  replace?: GoSource["replace"],
): NamedTool => ({
  name: workspace,
  tool: forImages(version, { kind: "go", workspace, version, programs, ...(replace && { replace }) }),
});

/** An image that holds programs and certificates only. */
export const programImage = (programs: ImageRecipe["programs"] & object, config: ImageConfig): ImageRecipe => ({
  programs,
  config,
});

/** An image of a Kubernetes controller whose program is `/manager`. */
export const managerImage = (from: NamedTool): ImageRecipe =>
  programImage({ from, at: { "/manager": "manager" } }, { entrypoint: ["/manager"], user: "65532" });

/** Debian packages of a shell and its usual commands; needs `shellLinks`. */
export const shell: readonly string[] = [
  "dash",
  "bash",
  "coreutils",
  "sed",
  "grep",
  "findutils",
  "tar",
  "gzip",
  "util-linux",
  "procps",
  "debianutils",
];

/** The links that maintainer scripts would have made for `shell`. */
export const shellLinks: Readonly<Record<string, string>> = { "/usr/bin/sh": "dash" };

/** Debian packages of a Python; needs `pythonLinks`. */
export const pythonRoot: readonly string[] = ["base-files", "python3", "netbase", "tzdata", "libgomp1"];

/** Python under the names that upstream's images have it. */
export const pythonLinks: Readonly<Record<string, string>> = {
  "/usr/local/bin/python": "/usr/bin/python3",
  "/usr/local/bin/python3": "/usr/bin/python3",
};
