import { commands } from "./commands";
import { describe, UserError } from "../engine/errors";

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
