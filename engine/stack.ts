import path from "node:path";
import { shortStackName, type StackOptions } from "./options";
import { withoutCredentials } from "../node/backend";
import { UserError } from "./errors";
import type { Pulumi } from "./pulumi";
import { mergeConfig, readYaml, type State } from "./state";
import { compressState, hasState, holdsResources } from "./stateFile";

/** By which Pulumi marks a special value in a deployment, secrets among them. */
export const SECRET_KEY = "4dabf18193072939515e22adb298388d";
/** What stands under that key where the value is a secret. */
export const SECRET_MARK = "1b47061264138c4ac30d75fd1eb44270";

/** A deployment as `pulumi stack export` writes it, as far as we look. */
export interface Deployment {
  readonly version: number;
  readonly deployment: {
    readonly resources?: readonly StateResource[];
    readonly pending_operations?: readonly unknown[];
  };
}

/** One resource of a deployment. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly custom: boolean;
  readonly delete?: boolean;
  readonly parent?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Whether the stack exists. */
export async function stackExists(options: StackOptions, state: State, pulumi: Pulumi): Promise<boolean> {
  if (state.isPrivate)
    return hasState(state.folder, options.stack) && "encryptionsalt" in readYaml(state.configFile ?? "");
  const stacks = JSON.parse(await pulumi.ask(["stack", "ls", "--json"])) as { name: string }[];
  return stacks.some(({ name }) => name === options.stack || name.endsWith(`/${options.stack}`));
}

/** Creates the stack where there is none, and puts its configuration where Pulumi finds it. */
export async function ensureStack(options: StackOptions, state: State, pulumi: Pulumi): Promise<void> {
  if (!(await stackExists(options, state, pulumi)))
    await pulumi.ask(["stack", "select", "--create", "--stack", options.stack]);
  prepare(options, state);
}

/** @throws UserError when the stack does not exist, with the place where its state does lie, if it is known */
export async function requireStack(options: StackOptions, state: State, pulumi: Pulumi): Promise<void> {
  if (!(await stackExists(options, state, pulumi)))
    throw new UserError(elsewhere(options, state) ?? `${absence(options, state)}; npm run up creates it.`);
  prepare(options, state);
}

/** One sentence for a stack that does not exist where PULUMI_BACKEND_URL points, but in the private state. */
export function elsewhere(options: StackOptions, state: State): string | undefined {
  if (state.isPrivate || !holdsResources(options.state, shortStackName(options.stack))) return undefined;
  return `${absence(options, state)}, which PULUMI_BACKEND_URL names: its state lies in ${options.state}, so run the command without that variable.`;
}

/** That a stack does not exist, and where. */
export const absence = ({ stack }: StackOptions, state: State): string =>
  `There is no stack ${stack} in ${state.isPrivate ? state.folder : withoutCredentials(state.backend)}`;

function prepare(options: StackOptions, state: State): void {
  if (state.isPrivate) compressState(state.folder, options.stack);
  mergeConfig(options, state);
}

/** The flags that point a command running the program at this stack. */
export function stackFlags(options: StackOptions, state: State): string[] {
  const file = state.configFile;
  const flags = file === undefined ? [] : ["--config-file", path.relative(state.programFolder, file)];
  return ["--stack", options.stack, ...flags];
}

/**
 * The stack's deployment.
 * @param showSecrets - with secrets decrypted: for comparing in memory, never to be written down
 */
export async function exportStack(options: StackOptions, pulumi: Pulumi, showSecrets = false): Promise<Deployment> {
  const flags = showSecrets ? ["--show-secrets"] : [];
  return JSON.parse(await pulumi.ask(["stack", "export", "--stack", options.stack, ...flags])) as Deployment;
}

/** Puts a deployment in the place of the stack's. */
export async function importStack(options: StackOptions, pulumi: Pulumi, deployment: Deployment): Promise<void> {
  await pulumi.ask(["stack", "import", "--stack", options.stack], JSON.stringify(deployment));
}
