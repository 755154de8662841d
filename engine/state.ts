import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { parse, stringify } from "yaml";
import { fileBackend } from "../node/owner";
import type { StackOptions } from "./options";
import { UserError } from "./errors";

/** Where a command's Pulumi state lies and what Pulumi must be told of it. */
export interface State {
  /** Whether it is ours, in the private folder; otherwise the person's own backend, left as it is. */
  readonly isOurs: boolean;
  /** The private folder; records of runs lie there whoever owns the backend. */
  readonly folder: string;
  /** Pulumi's home, with the plugins: ours whoever owns the backend, since a stand-in is nothing for other projects. */
  readonly home: string;
  /** Environment that points Pulumi at it. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder of the project whose program is run. */
  readonly programFolder: string;
  /** The folder in which commands on the stack itself (init, export, …) run. */
  readonly stackFolder: string;
  /** The configuration file to hand to commands that run the program, where it is not Pulumi's default. */
  readonly configFile: string | undefined;
}

/** The folder in which Pulumi keeps this person's credentials and settings. */
const personsFolder = (): string =>
  process.env["PULUMI_CREDENTIALS_PATH"] || process.env["PULUMI_HOME"] || path.join(homedir(), ".pulumi");

/** Whether this person has a backend of their own: named in the environment, or logged in to. */
export function hasOwnBackend(): boolean {
  if (process.env["PULUMI_BACKEND_URL"] || process.env["PULUMI_ACCESS_TOKEN"]) return true;
  try {
    const credentials: unknown = JSON.parse(readFileSync(path.join(personsFolder(), "credentials.json"), "utf8"));
    const current: unknown = Reflect.get(Object(credentials), "current");
    return typeof current === "string" && current !== "";
  } catch {
    return false;
  }
}

/**
 * Opens the state that the options name, making the private folder when there is none.
 * @throws UserError when the folder is there but can be read by others
 */
export function openState(options: StackOptions): State {
  const folder = options.state;
  const home = path.join(folder, "home");
  for (const one of [folder, home, path.join(folder, "runs")]) privateFolder(one);
  const ownConfig = options.configFile === path.join(options.project, `Pulumi.${options.stack}.yaml`);
  if (hasOwnBackend()) {
    return {
      isOurs: false,
      ...{ folder, home },
      programFolder: options.project,
      // The person's credentials and settings stay where they are; only what Pulumi installs goes elsewhere.
      env: { PULUMI_HOME: home, PULUMI_CREDENTIALS_PATH: personsFolder() },
      stackFolder: options.project,
      configFile: ownConfig ? undefined : options.configFile,
    };
  }
  for (const name of ["backend", "project"]) privateFolder(path.join(folder, name));
  const passphrase = path.join(folder, "passphrase");
  if (!existsSync(passphrase))
    writeFileSync(passphrase, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  return {
    isOurs: true,
    ...{ folder, home },
    programFolder: options.project,
    env: {
      // Without a file beside each for its checksum: the state is written twice for every resource that is made.
      PULUMI_BACKEND_URL: `${fileBackend(folder)}?metadata=skip`,
      // A tenth of the bytes to write, checksum and copy each time. Pulumi reads a state in either form.
      PULUMI_DIY_BACKEND_ZSTD: "true",
      PULUMI_DIY_BACKEND_GZIP: "false",
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
      PULUMI_HOME: home,
    },
    stackFolder: stackProject(folder, options.project),
    configFile: path.join(folder, "project", `Pulumi.${options.stack}.yaml`),
  };
}

function privateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    chmodSync(folder, 0o700);
  } catch {
    throw new UserError(`The state folder ${folder} belongs to someone else; name another with --state FOLDER.`);
  }
}

/**
 * A bare project of the same name. `pulumi stack init` writes the salt of the passphrase beside the Pulumi.yaml it runs
 * by; there, and not in the tracked Pulumi.dev.yaml, since the salt is worth nothing without this folder's passphrase.
 */
function stackProject(folder: string, programFolder: string): string {
  const project = path.join(folder, "project");
  const { name } = parse(readFileSync(path.join(programFolder, "Pulumi.yaml"), "utf8")) as { name: string };
  const text = stringify({ name, runtime: "nodejs" });
  const file = path.join(project, "Pulumi.yaml");
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
  return project;
}

/** Brings the person's configuration together with the private salt, in the file that Pulumi is given. */
export function mergeConfig(options: StackOptions, state: State): void {
  if (!state.isOurs || state.configFile === undefined) return;
  const wanted = { ...readYaml(options.configFile), ...salt(readYaml(state.configFile)) };
  writeFileSync(state.configFile, stringify(wanted), { mode: 0o600 });
}

const salt = (file: Record<string, unknown>) =>
  "encryptionsalt" in file ? { encryptionsalt: file["encryptionsalt"] } : {};

/** A stack's configuration file as an object; empty when there is none. */
export function readYaml(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  const content: unknown = parse(readFileSync(file, "utf8"));
  return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : {};
}
