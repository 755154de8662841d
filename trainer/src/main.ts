import { ConfigurationError } from "./config/faults";

const USAGE = "Usage: main train | main serve --model-dir DIR [--model-name NAME] [--port PORT]  (see README.md)";

// TensorFlow tells about its CPU instructions on stderr; what matters comes as exceptions.
// tfjs-node calls functions that Node deprecates; that is not for the reader of a training log.
process.noDeprecation = true;
process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";

/** Runs the command that the arguments name; resolves to the exit code. */
async function main([command, ...args]: readonly string[]): Promise<number> {
  // TensorFlow takes a while to load: only once the configuration is known to be right.
  switch (command) {
    case "train":
      return (await import("./train/command.js")).trainCommand(process.env);
    case "serve":
      return (await import("./serve/command.js")).serveCommand(args, process.env);
    case undefined:
    default:
      process.stderr.write(`${USAGE}\n`);
      return 2;
  }
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const known =
      error instanceof ConfigurationError ||
      (error instanceof Error && /^(ObjectStore|Dataset|Serve)Error$/.test(error.name));
    process.stderr.write(`${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(error instanceof ConfigurationError ? 2 : 1);
  },
);
