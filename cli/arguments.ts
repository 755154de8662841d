import { existsSync } from "node:fs";
import { parseArgs, type ParseArgsOptionsConfig } from "node:util";
import path from "node:path";
import { UserError } from "../engine/errors";
import { projectRoot, shortStackName, type StackOptions } from "../engine/options";

/** What every command understands. */
export interface Arguments extends StackOptions {
  /** Whether to print the result as JSON: of up, drift, render and doctor. */
  readonly json: boolean;
  /** The words that are no options. */
  readonly rest: readonly string[];
}

const common = {
  stack: { type: "string", short: "s" },
  state: { type: "string" },
  project: { type: "string" },
  "config-file": { type: "string" },
  json: { type: "boolean" },
} satisfies ParseArgsOptionsConfig;

/** The commands whose result can be had as JSON. */
const withJson: readonly string[] = ["up", "drift", "render", "doctor"];

/**
 * Reads a command's arguments.
 * @param command - the command's name, for messages
 * @param args - what follows the command
 * @param positionals - whether words that are not options are allowed
 * @throws UserError for an unknown option, a missing value, an impossible stack name, a folder that is no project's, or --json where it means nothing
 */
export function readArguments(command: string, args: readonly string[], positionals = false): Arguments {
  const { values, rest } = parse(command, args, positionals);
  if (values.json && !withJson.includes(command))
    throw new UserError(`npm run ${command} has no --json; ${withJson.join(", ")} have.`);
  const stack = values.stack ?? "dev";
  if (!/^([\w.-]+\/){0,2}[\w.-]+$/.test(stack))
    throw new UserError(
      `Stack name "${stack}" is not possible: use letters, digits, dashes and dots, as in --stack dev.`,
    );
  const project = resolve(values.project ?? projectRoot);
  if (!existsSync(path.join(project, "Pulumi.yaml")))
    throw new UserError(
      `There is no Pulumi.yaml in ${project}; name a Pulumi project's folder, as in --project FOLDER.`,
    );
  return {
    stack,
    state: resolve(values.state ?? path.join(projectRoot, ".state")),
    project,
    configFile: resolve(values["config-file"] ?? path.join(project, `Pulumi.${shortStackName(stack)}.yaml`)),
    json: values.json ?? false,
    rest,
  };
}

function parse(command: string, args: readonly string[], positionals: boolean) {
  try {
    const { values, positionals: rest } = parseArgs({
      args: [...args],
      options: common,
      allowPositionals: positionals,
      strict: true,
    });
    return { values, rest };
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split(/\. |\n/)[0] ?? "") : String(error);
    const known = Object.keys(common).map((name) => `--${name}`);
    throw new UserError(`npm run ${command}: ${lowerFirst(reason)}; known are ${known.join(", ")}.`);
  }
}

/** A path that counts from the folder in which the command was typed: npm starts commands in the repository's. */
const resolve = (file: string): string => path.resolve(process.env["INIT_CWD"] ?? process.cwd(), file);

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1).replace(/\.$/, "");

/** How to type a command for a stack: the default stack needs no naming. */
export function commandWithStack(command: string, stack: string, rest = ""): string {
  const words = [...(stack === "dev" ? [] : [`--stack ${stack}`]), ...(rest === "" ? [] : [rest])];
  return `npm run --silent ${command}${words.length > 0 ? ` -- ${words.join(" ")}` : ""}`;
}
