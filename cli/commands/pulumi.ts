import { readFileSync, writeFileSync } from "node:fs";
import { parse, parseDocument } from "yaml";
import { readArguments } from "../arguments";
import { backendFor } from "../../engine/backend";
import { UserError } from "../../engine/errors";
import { shortStackName, type StackOptions } from "../../engine/options";
import { say } from "../../engine/say";
import { openPulumi, openSession, type Session } from "../../engine/session";
import { ensureStack, stackExists } from "../../engine/stack";
import { readYaml } from "../../engine/state";
import { holdsResources } from "../../engine/stateFile";
import { withoutCredentials } from "../../node/backend";

/** Commands that take `--config-file`, by their first word. */
const takesConfigFile = new Set(["up", "update", "preview", "refresh", "destroy", "config", "import", "watch"]);
/** Commands that take `--stack`. */
const takesStack = new Set([...takesConfigFile, "stack", "cancel", "logs", "state", "console"]);
/** Words after `stack` that name a stack themselves or concern none. */
const namesStack = new Set(["init", "select", "ls", "rm", "unselect"]);

/** Commands about the person's own credentials. */
const takesCredentials = new Set(["login", "logout"]);

/** `npm run pulumi -- …`: any Pulumi command, in the environment of the others. */
export async function run(args: readonly string[]): Promise<number> {
  const { own, rest } = split(args);
  const options = readArguments("pulumi", own);
  const [command = "", word = ""] = rest;
  if (takesCredentials.has(command)) return changeLogin(options, rest);
  if (command === "stack" && word === "rename") refuseRename(options);
  const session = await openSession(options);
  const flags: string[] = [];
  const isOnStack = takesStack.has(command) && !(command === "stack" && namesStack.has(word));
  if (isOnStack) {
    await ensureStack(options, session.state, session.pulumi);
    flags.push("--stack", options.stack);
    if (takesConfigFile.has(command) && session.state.configFile !== undefined)
      flags.push("--config-file", session.state.configFile);
  }
  const code = await session.pulumi.pass([...rest, ...flags]);
  if (command === "config" && (await stackExists(options, session.state, session.pulumi))) keepConfig(session);
  return code;
}

/** @throws UserError when the private state holds the stack: its state, its salt and its local node are found by its name */
function refuseRename(options: StackOptions): void {
  const { stack, state } = options;
  if (!backendFor(options).isPrivate || !holdsResources(state, shortStackName(stack))) return;
  throw new UserError(
    `The stack ${stack} in ${state} cannot be renamed, since its local node carries its name: run npm run down, then npm run up -- --stack NEW_NAME.`,
  );
}

/** Logs the person in or out, as plain Pulumi does; the private backend has no login. Says which backend the stack is in then. */
async function changeLogin(options: StackOptions, words: readonly string[]): Promise<number> {
  const pulumi = await openPulumi(options);
  const code = await pulumi.pass(words);
  if (code !== 0) return code;
  const { url, isPrivate, unused } = backendFor(options);
  const place = isPrivate ? `the private state ${options.state}` : withoutCredentials(url);
  const why = unused === undefined ? "" : ", which holds it, until npm run down has deleted it there";
  say(`The stack ${options.stack} is in ${place}${why}.`);
  return 0;
}

/** Our own options, wherever they stand; the rest is Pulumi's. */
function split(args: readonly string[]): { own: string[]; rest: string[] } {
  const own: string[] = [];
  const rest: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    if (/^(--stack|-s|--state|--project|--config-file)$/.test(word)) own.push(word, ...args.slice(i + 1, ++i + 1));
    else if (/^--(stack|state|project|config-file)=/.test(word)) own.push(word);
    else rest.push(word);
  }
  return { own, rest };
}

/** What `config set` wrote beside the private salt goes back to the person's own file, comments kept. */
function keepConfig({ options, state }: Session): void {
  if (!state.isPrivate || state.configFile === undefined) return;
  const { config = {} } = readYaml(state.configFile);
  const before = readYaml(options.configFile);
  if (JSON.stringify(before["config"] ?? {}) === JSON.stringify(config)) return;
  const document = parseDocument("config" in before ? readFileSync(options.configFile, "utf8") : "config: {}\n");
  document.set("config", document.createNode(parse(JSON.stringify(config))));
  writeFileSync(options.configFile, String(document));
}
