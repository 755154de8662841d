import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { type Backend, credentialsFolder, privateBackend } from "../node/backend";
import { backendFor } from "./backend";
import type { StackOptions } from "./options";
import { UserError } from "./errors";

/** Where and how Pulumi runs. */
export interface PulumiPlace {
  /** Pulumi's home with the plugins: always in the private folder, so that no stand-in reaches other projects. */
  readonly home: string;
  /** Environment that points Pulumi, and the plugins it starts, at the backend; undefined unsets a variable. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder of the project whose program runs. */
  readonly programFolder: string;
  /** The folder in which commands on the stack itself (init, export, …) run. */
  readonly stackFolder: string;
}

/** Where the Pulumi state of a stack lies. */
export interface State extends PulumiPlace {
  /** Whether it is the private one of this project; otherwise the person's own backend, whose credentials stay untouched. */
  readonly isPrivate: boolean;
  /** Address of the backend. */
  readonly backend: string;
  /** The private folder. Records of runs lie there for every backend. */
  readonly folder: string;
  /** The configuration file for commands that run the program, where it is not Pulumi's default. */
  readonly configFile: string | undefined;
}

/**
 * Opens the state that the options name and creates the private folder where there is none.
 * @param backend - @default the one that the stack's state lies in
 * @throws UserError when the folder belongs to somebody else
 */
export function openState(options: StackOptions, backend: Backend = backendFor(options)): State {
  const home = openHome(options);
  return backend.isPrivate ? privateState(options, home) : ownState(options, home, backend.url);
}

/** The person's own credentials, and no backend: for logging in and out. */
export function openCredentials(options: StackOptions): PulumiPlace {
  const home = openHome(options);
  return { home, env: personsEnv(home), programFolder: options.project, stackFolder: options.project };
}

/** Pulumi with the person's credentials. Only what it installs goes to a folder of ours. */
const personsEnv = (home: string) => ({ PULUMI_HOME: home, PULUMI_CREDENTIALS_PATH: credentialsFolder() });

function openHome({ state: folder }: StackOptions): string {
  const home = path.join(folder, "home");
  for (const one of [folder, home, path.join(folder, "runs")]) privateFolder(one);
  return home;
}

function ownState(options: StackOptions, home: string, backend: string): State {
  const { project, stack, configFile, state: folder } = options;
  return {
    isPrivate: false,
    backend,
    folder,
    home,
    programFolder: project,
    // Plugins find the backend by this variable: the credentials do not lie in their PULUMI_HOME.
    env: { ...personsEnv(home), PULUMI_BACKEND_URL: backend },
    stackFolder: project,
    configFile: configFile === path.join(project, `Pulumi.${stack}.yaml`) ? undefined : configFile,
  };
}

function privateState({ project, stack, state: folder }: StackOptions, home: string): State {
  for (const name of ["backend", "project"]) privateFolder(path.join(folder, name));
  const passphrase = path.join(folder, "passphrase");
  if (!existsSync(passphrase))
    writeFileSync(passphrase, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  const backend = privateBackend(folder);
  return {
    isPrivate: true,
    backend,
    folder,
    home,
    programFolder: project,
    env: {
      // No file beside the state for its checksum: the state is written twice for every resource.
      PULUMI_BACKEND_URL: `${backend}?metadata=skip`,
      // A tenth of the bytes to write, checksum and copy each time. Pulumi reads a state in either form.
      PULUMI_DIY_BACKEND_ZSTD: "true",
      PULUMI_DIY_BACKEND_GZIP: "false",
      PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
      // The person's own, for their other stacks, would win over the file.
      PULUMI_CONFIG_PASSPHRASE: undefined,
      PULUMI_HOME: home,
    },
    stackFolder: stackProject(folder, project),
    configFile: path.join(folder, "project", `Pulumi.${stack}.yaml`),
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

/** Writes the person's configuration together with the private salt to the file that Pulumi is given. */
export function mergeConfig(options: StackOptions, state: State): void {
  if (!state.isPrivate || state.configFile === undefined) return;
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
