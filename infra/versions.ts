/**
 * Every version the stack stands on, said once, each with its upstream link. Pure data: anyone may import it.
 */

/** The Pulumi CLI and the Node language host of the registries' route (official releases hold both, at the CLI's version). */
export const pulumi = {
  /** https://github.com/pulumi/pulumi/releases/tag/v3.259.0 */
  cli: "3.259.0",
  /** https://github.com/pulumi/pulumi/releases/tag/v3.60.1, the last whose language host is a Go module. */
  languageNodejs: "3.60.1",
} as const;
