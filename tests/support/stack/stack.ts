import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { assertOutputs, type StackOutputs } from "../../../infra/outputs";
import { silent } from "../../../toolchain";
import { ensureTools } from "../../../infra/recipes";
import { type MachineState, machineState } from "../machine/machine";
import { type CommandResult, Place } from "./place";
import { freePorts } from "../machine/ports";
import { generatedSecrets } from "../program/secrets";

export type { CommandResult } from "./place";

/** The name of the stack that the suites share. */
export const stackName = "test";

/** The suites' own folder: configuration, Pulumi's state and the node's; `npm test` makes it and removes it. */
export function testFolder(): string {
  const folder = process.env["KUBEFLOW_STACK_TEST"];
  if (folder === undefined)
    throw new Error("The suites on the shared stack are run by `npm test -- integration e2e browser`.");
  return folder;
}

/** The shared stack's place, with its configuration written, whether it is up or not. */
export async function sharedPlace(): Promise<Place> {
  const place = new Place(stackName, testFolder());
  if (!existsSync(machineFile())) writeFileSync(machineFile(), JSON.stringify(await machineNow()));
  await writeConfiguration(place.configFile);
  return place;
}

const machineFile = () => path.join(testFolder(), "machine.json");

/** The machine as it was before the suites first had to do with the shared stack. */
export const machineBefore = (): MachineState => JSON.parse(readFileSync(machineFile(), "utf8")) as MachineState;

/** The machine as it is, seen from outside of the shared stack's node. */
export async function machineNow(): Promise<MachineState> {
  return machineState((await ensureTools(["iptables"], silent)).bin("iptables-save"));
}

const configFile = () => new Place(stackName, testFolder()).configFile;

/** Runs a command of the CLI on the shared stack to its end. */
export async function runCommand(...words: string[]): Promise<CommandResult> {
  const result = await (await sharedPlace()).run(...words);
  if (words[0] === "up") ups.push(result.stdout, result.stderr);
  return result;
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
  await rememberSecrets();
  return readOutputs();
}

const remembered = new Map<string, string>();
let times = 0;

/**
 * Takes note of every secret that the shared stack has now, beside those of before: a rotation must not bring an earlier one to light.
 * @returns all that it ever had, by a name that may be printed
 */
export async function rememberSecrets(): Promise<ReadonlyMap<string, string>> {
  const { stdout } = await runCommand("pulumi", "stack", "export", "--show-secrets");
  times += 1;
  const known = new Set(remembered.values());
  for (const [name, value] of generatedSecrets(stdout))
    if (!known.has(value)) remembered.set(times === 1 ? name : `${name}, seen the ${times}th time`, value);
  return remembered;
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
  return (await sharedPlace()).lastChanges();
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

/**
 * Writes the configuration of a stack of the tests' own, unless it is there: ports that are free now, so that a developer's own
 * stack is not disturbed, and enough training to read digits well; the full accuracy is the bench's business.
 */
export async function writeConfiguration(file: string): Promise<void> {
  if (existsSync(file)) return;
  const names = ["apiPort", "pagePort", "predictorPort", "objectStorePort", "objectStoreConsolePort"];
  const ports = await freePorts(names.length);
  const config = Object.fromEntries(names.map((name, index) => [`kubeflow-stack:${name}`, ports[index]]));
  writeFileSync(file, stringify({ config: { ...config, "kubeflow-stack:digits": { epochs: 6 } } }));
}
