import { spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { parse, stringify } from "yaml";
import { assertOutputs, type StackOutputs } from "../../infra/outputs";
import { freePorts } from "./ports";

/** What a command came to. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  /** What it said on the way; also copied to the tests' own standard error. */
  readonly stderr: string;
}

/** The name of the stack that the suites share. */
export const stackName = "test";
const root = path.join(__dirname, "../..");

/** The suites' own folder: configuration, Pulumi's state and the node's; `npm test` makes it and removes it. */
export function testFolder(): string {
  const folder = process.env["KUBEFLOW_STACK_TEST"];
  if (folder === undefined)
    throw new Error("The suites on the shared stack are run by `npm test -- integration e2e browser`.");
  return folder;
}

const configFile = () => path.join(testFolder(), `Pulumi.${stackName}.yaml`);

/** The arguments that point a command at the shared stack. */
export function stackArguments(): string[] {
  return ["--stack", stackName, "--state", path.join(testFolder(), "pulumi"), "--config-file", configFile()];
}

/**
 * Starts a command of the CLI on the shared stack, as `npm run` would.
 * @param detached - in a process group of its own, to be killed as a whole
 */
export function startCommand(words: readonly string[], detached = false) {
  const [command = "", ...rest] = words;
  const args = ["toolchain/bootstrap.cjs", command, ...stackArguments(), ...rest];
  return spawn(process.execPath, args, { cwd: root, detached, stdio: ["ignore", "pipe", "pipe"] });
}

/** Runs a command of the CLI on the shared stack to its end. */
export async function runCommand(...words: string[]): Promise<CommandResult> {
  await prepare();
  const child = startCommand(words);
  child.stderr.pipe(process.stderr, { end: false });
  const code = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  if (words[0] === "up") ups.push(stdout, stderr);
  return { code: await code, stdout, stderr };
}

const ups: string[] = [];

/** Everything that the runs of `up` so far have printed, on both of their outputs. */
export const saidByUp = (): string => ups.join("\n");

let shared: Promise<StackOutputs> | undefined;

/**
 * The shared stack, brought up if it is not.
 * @returns its outputs, the kubeconfig in clear
 */
export function sharedStack(): Promise<StackOutputs> {
  shared ??= bringUp();
  return shared;
}

async function bringUp(): Promise<StackOutputs> {
  const { code, stderr } = await runCommand("up");
  if (code !== 0) throw new Error(`npm run up ended with ${code}: ${stderr.slice(-3000)}`);
  return readOutputs();
}

/** The shared stack's outputs as they are now, the kubeconfig in clear. */
export async function readOutputs(): Promise<StackOutputs> {
  const { stdout } = await runCommand("pulumi", "stack", "output", "--json", "--show-secrets");
  const outputs: unknown = JSON.parse(stdout);
  assertOutputs(outputs, stackName);
  return outputs;
}

/** How many resources the last update of the shared stack created, changed, replaced and deleted. */
export async function lastChanges(): Promise<number> {
  const { stdout } = await runCommand("pulumi", "stack", "history", "--json", "--page-size", "1");
  const [last] = JSON.parse(stdout) as { resourceChanges?: Record<string, number> }[];
  const { same: _same, ...changes } = last?.resourceChanges ?? {};
  return Object.values(changes).reduce((sum, count) => sum + count, 0);
}

/**
 * Runs `up` again with some configuration changed, which stays changed.
 * @param config - values by key, without the namespace; objects are merged with what there is
 * @returns how many resources changed, and the outputs after
 */
export async function upAgain(
  config: Readonly<Record<string, unknown>> = {},
): Promise<{ changes: number; outputs: StackOutputs }> {
  await sharedStack();
  configure(config);
  shared = bringUp();
  const outputs = await shared;
  return { changes: await lastChanges(), outputs };
}

/** Changes the shared stack's configuration without running anything. */
export function configure(config: Readonly<Record<string, unknown>>): void {
  const file = parse(readFileSync(configFile(), "utf8")) as { config: Record<string, unknown> };
  for (const [name, value] of Object.entries(config)) {
    const key = `kubeflow-stack:${name}`;
    const before = file.config[key];
    const merges = typeof value === "object" && value !== null && typeof before === "object" && before !== null;
    file.config[key] = merges ? { ...before, ...value } : value;
  }
  writeFileSync(configFile(), stringify(file));
}

/** Writes the shared stack's configuration: ports that are free now, so that a developer's own stack is not disturbed. */
async function prepare(): Promise<void> {
  if (existsSync(configFile())) return;
  const names = ["apiPort", "pagePort", "predictorPort", "objectStorePort", "objectStoreConsolePort"];
  const ports = await freePorts(names.length);
  const config = Object.fromEntries(names.map((name, index) => [`kubeflow-stack:${name}`, ports[index]]));
  // Enough training to read digits well; the full accuracy is the bench's business.
  writeFileSync(configFile(), stringify({ config: { ...config, "kubeflow-stack:digits": { epochs: 6 } } }));
}
