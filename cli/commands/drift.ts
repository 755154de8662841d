import { readArguments } from "../arguments";
import { driftOfStack } from "../../drift";
import { driftRecord, printDrift } from "../../drift/print";
import { openSession } from "../../engine/session";
import { requireStack } from "../../engine/stack";
import { say } from "../../engine/say";

/** `npm run drift`: what somebody changed in the cluster. Exits 0 when nothing, 2 when something. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("drift", args);
  const session = await openSession(options);
  await requireStack(options, session.state, session.pulumi);
  const found = await driftOfStack(session);
  const drifts = found ?? [];
  if (options.json) process.stdout.write(`${JSON.stringify(drifts.map(driftRecord), null, 2)}\n`);
  else for (const drift of drifts) process.stdout.write(`${printDrift(drift)}\n`);
  if (found === undefined) say(`Stack ${options.stack} has no cluster yet; npm run up makes it.`);
  else if (drifts.length === 0) say("No drift.");
  return drifts.length === 0 ? 0 : 2;
}
