import { describe, UserError } from "./errors";

/** One command: takes what follows its name, gives the exit code. */
interface Command {
  run(args: readonly string[]): Promise<number>;
}

// Loaded when called for: a command should not pay for the others.
const commands: Readonly<Record<string, { does: string; load: () => Promise<Command> }>> = {
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

function usage(): string {
  const lines = Object.entries(commands).map(([name, { does }]) => `  npm run ${name.padEnd(8)} ${does}`);
  return `${lines.join("\n")}\nOptions go after --, as in: npm run up -- --stack NAME\n`;
}

async function main(): Promise<number> {
  const [name = "", ...args] = process.argv.slice(2);
  const command = commands[name];
  if (!command) throw new UserError(`There is no command "${name}"; there are:\n${usage()}`);
  return (await command.load()).run(args);
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  },
);

// A reader that has seen enough (`| head`) closes the pipe; that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit();
});
