import { parseArgs } from "node:util";
import { z } from "zod";
import { check, ConfigurationError, type Fault } from "../config/faults";

const whole = (from: number, to: number) => {
  const error = `give a whole number from ${from} to ${to}`;
  return z.coerce.number({ error }).int({ error }).min(from, { error }).max(to, { error });
};
const text = (error: string) => z.string({ error }).min(1, { error });

/** The settings of the `serve` command; the keys are its options without their dashes. */
const settings = z.object({
  "model-dir": text("give the folder that holds model.json"),
  "model-name": z
    .string()
    .regex(/^[^/:?#]+$/, { error: "give a name without / : ? #" })
    .default("digits"),
  "model-version": text("give the version's name").optional(),
  host: text("give an address to listen on").default("0.0.0.0"),
  port: whole(0, 65535).default(8080),
  levels: whole(0, 2 ** 31 - 1).default(255),
  "max-batch": whole(1, 1024).default(64),
  "max-body-bytes": whole(1024, 2 ** 30).default(8 * 2 ** 20),
  "drain-seconds": whole(0, 3600).default(20),
  "idle-seconds": whole(0, 3600).default(3),
});

/** How a model is served. */
export type ServeOptions = z.infer<typeof settings>;

const VARIABLES: Partial<Record<keyof ServeOptions, string>> = {
  "model-dir": "MODEL_DIR",
  "model-name": "MODEL_NAME",
  port: "PORT",
};

/**
 * Reads the options of `serve` from its arguments, and what they leave out from the environment.
 * @throws ConfigurationError with all faults.
 */
export function readServeOptions(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServeOptions {
  const names = Object.keys(settings.shape) as (keyof ServeOptions)[];
  const options = Object.fromEntries(names.map((name) => [name, { type: "string" as const }]));
  const { values, tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  const faults: Fault[] = tokens.flatMap((token) => {
    if (token.kind === "positional") return [{ key: "argument", value: token.value, remedy: "remove it" }];
    if (token.kind !== "option" || token.name in options) return [];
    return [{ key: token.rawName, value: "not an option", remedy: `use one of --${names.join(", --")}` }];
  });
  const given = Object.fromEntries(
    names.map((name) => [name, values[name] ?? (env[VARIABLES[name] ?? ""] || undefined)]),
  );
  const result = check(settings, given, "--");
  if ("faults" in result || faults.length > 0)
    throw new ConfigurationError([...faults, ...("faults" in result ? result.faults : [])]);
  return result.value;
}
