import type { Tool } from "../../../toolchain/types";

/** A part of the table of tools; keeps the names as a type. */
export const define = <Name extends string>(tools: Record<Name, Tool>): Readonly<Record<Name, Tool>> => tools;

/**
 * A tool that distributions package and its project does not.
 *
 * @param programs Program name to its path in the packages.
 * @param env What the programs need in their environment.
 * @param selfStarting Programs that start themselves anew.
 */
export const fromDebian = (
  packages: string[],
  programs: Record<string, string>,
  env?: Record<string, string>,
  selfStarting?: string[],
): Tool => ({
  version: "distribution",
  programs: Object.keys(programs),
  machine: { none: "each use says what it needs" },
  official: { none: "its project publishes sources; distributions publish the programs" },
  registries: {
    kind: "debian",
    packages,
    programs,
    ...(env ? { env } : {}),
    ...(selfStarting ? { selfStarting } : {}),
  },
});
