import * as pulumi from "@pulumi/pulumi";

/** All that is wrong with the manifests. A `RunError`, so that Pulumi prints the sentences and no stack. */
export class ManifestError extends pulumi.RunError {
  constructor(readonly faults: readonly string[]) {
    const heading = `The manifests have ${faults.length === 1 ? "a fault" : `${faults.length} faults`}; nothing was applied:`;
    super([heading, ...faults.map((fault) => `  ${fault}`)].join("\n"));
  }
}

/** A fault of one manifest source, in one sentence with its remedy, thrown where it is found and reported with the others. */
export class SourceFault extends Error {}

/** A fault of a whole archive, and so of every product that is rendered from it. */
export class ArchiveFault extends SourceFault {}

/** An error's message in one line. */
export function sentence(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll("\n", " ");
}
