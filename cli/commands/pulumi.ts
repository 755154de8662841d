import { readFileSync, writeFileSync } from "node:fs";
import { parse, parseDocument } from "yaml";
import { readArguments } from "../arguments";
import { openSession, type Session } from "../../engine/session";
import { ensureStack, stackExists } from "../../engine/stack";
import { readYaml } from "../../engine/state";

/** Commands that take `--config-file`, by their first word. */
const takesConfigFile = new Set(["up", "update", "preview", "refresh", "destroy", "config", "import", "watch"]);
/** Commands that take `--stack`. */
const takesStack = new Set([...takesConfigFile, "stack", "cancel", "logs", "state", "console"]);
/** Words after `stack` that name a stack themselves or concern none. */
const namesStack = new Set(["init", "select", "ls", "rm", "unselect"]);

/** `npm run pulumi -- …`: any Pulumi command, in the environment of the others. */
export async function run(args: readonly string[]): Promise<number> {
  const { own, rest } = split(args);
  const options = readArguments("pulumi", own);
  const session = await openSession(options);
  const [command = "", word = ""] = rest;
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
  if (!state.isOurs || state.configFile === undefined) return;
  const { config = {} } = readYaml(state.configFile);
  const before = readYaml(options.configFile);
  if (JSON.stringify(before["config"] ?? {}) === JSON.stringify(config)) return;
  const document = parseDocument("config" in before ? readFileSync(options.configFile, "utf8") : "config: {}\n");
  document.set("config", document.createNode(parse(JSON.stringify(config))));
  writeFileSync(options.configFile, String(document));
}
