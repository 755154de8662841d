/** One command: takes what follows its name, gives the exit code. */
export interface Command {
  run(args: readonly string[]): Promise<number>;
}

// Loaded when called for: a command should not pay for the others.
/** Every command, by the name it is typed as. */
export const commands: Readonly<Record<string, { does: string; load: () => Promise<Command> }>> = {
  up: {
    does: "bring everything up, heal what has drifted, print where things are",
    load: () => import("./commands/up.js"),
  },
  preview: { does: "what `up` would change", load: () => import("./commands/preview.js") },
  drift: { does: "what has changed in the cluster behind our back", load: () => import("./commands/drift.js") },
  render: { does: "every Kubernetes object as YAML, with no cluster", load: () => import("./commands/render.js") },
  down: { does: "take everything away", load: () => import("./commands/down.js") },
  doctor: { does: "what this machine lacks, and what to do about it", load: () => import("./commands/doctor.js") },
  pulumi: { does: "any Pulumi command in the same environment", load: () => import("./commands/pulumi.js") },
  test: { does: "format, lint, types and every suite", load: () => import("./commands/test.js") },
  bench: { does: "the figures of the README", load: () => import("./commands/bench.js") },
};
