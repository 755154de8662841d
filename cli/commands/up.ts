import { releaseUnfinishedCreates } from "../../drift/unfinishedCreates";
import { catalog } from "../../catalog";
import { commandWithStack, readArguments } from "../arguments";
import { readSettings } from "../../engine/config";
import type { StackOptions } from "../../engine/options";
import { holdStack } from "../../engine/holdStack";
import { openSession, type Session } from "../../engine/session";
import { stackFlags } from "../../engine/stack";
import { UserError } from "../../engine/errors";
import { healDrift } from "../../drift/heal";
import { hostFaults } from "../host";
import { reportJson, reportText, type Report } from "../report";
import { say } from "../../engine/say";
import { prepareTools } from "../tools";

/**
 * `npm run up`: everything, from whatever state things are in. Prints where things are.
 * @throws UserError with every fault of the configuration and the machine, before anything is made
 */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("up", args);
  const settings = await checked(options);
  await prepareTools(settings);
  const session = await openSession(options);
  const code = await holdStack(
    session,
    { command: "up", create: true, releaseCreates: releaseUnfinishedCreates },
    async (held) => {
      await healDrift(session, held);
      return session.pulumi.operate(held, [
        ...["up", "--yes", "--skip-preview", "--suppress-outputs", "--suppress-permalink=true"],
        ...stackFlags(options, session.state),
      ]);
    },
  );
  if (code !== 0) {
    say(
      `\nThe stack is not up to the end; what to do about it stands above, and running ${commandWithStack("up", options.stack)} again goes on from here.`,
    );
    return code;
  }
  await print(session, options.json);
  return 0;
}

async function checked(options: StackOptions) {
  const settings = readSettings(options);
  const faults = [...(typeof settings === "string" ? [settings] : []), ...(await hostFaults(settings, options))];
  if (typeof settings === "string" || faults.length > 0) throw new UserError(faults.join("\n"));
  return settings;
}

async function print({ options, pulumi }: Session, json: boolean): Promise<void> {
  const outputs = JSON.parse(await pulumi.ask(["stack", "output", "--json", "--stack", options.stack])) as Report;
  const text = json
    ? reportJson(outputs)
    : reportText(outputs, catalog.report, options.stack, process.stdout.isTTY && process.stdout.hasColors());
  process.stdout.write(text);
}
