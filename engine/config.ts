import { existsSync } from "node:fs";
import path from "node:path";
import { catalog } from "../catalog";
import { NAMESPACE, SettingsError, type Settings } from "../infra/settings";
import { shortStackName, type StackOptions } from "./options";
import { UserError } from "./errors";
import { readYaml } from "./state";

/** What a stack's configuration file says, by key without the namespace. */
export function configRecord(file: string): Record<string, unknown> {
  const { config } = readYaml(file);
  if (typeof config !== "object" || config === null) return {};
  const prefix = `${NAMESPACE}:`;
  return Object.fromEntries(
    Object.entries(config).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : [],
    ),
  );
}

/**
 * The stack's settings, read without Pulumi.
 * @returns the settings, or the sentences that say what is wrong with them
 */
export function readSettings(options: StackOptions): Settings | string {
  const usual = path.join(options.project, `Pulumi.${shortStackName(options.stack)}.yaml`);
  // A stack without a file of its own has the defaults; a file that somebody names must be there.
  if (options.configFile !== usual && !existsSync(options.configFile))
    throw new UserError(`There is no file ${options.configFile}: name the stack's configuration with --config-file.`);
  try {
    return catalog.settings.parse(configRecord(options.configFile), shortStackName(options.stack));
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
    throw new UserError(`${options.configFile} is no YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}
