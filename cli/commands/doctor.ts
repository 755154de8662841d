import { readArguments } from "../arguments";
import { readSettings } from "../../engine/config";
import { hostFaults } from "../host";

/** `npm run doctor`: one sentence for each thing the machine or the configuration lacks. Exits 0 when nothing is. */
export async function run(args: readonly string[]): Promise<number> {
  const options = readArguments("doctor", args);
  const settings = readSettings(options);
  const faults = [...(typeof settings === "string" ? [settings] : []), ...(await hostFaults(settings, options))];
  if (options.json) process.stdout.write(`${JSON.stringify({ faults }, null, 2)}\n`);
  else
    process.stdout.write(
      faults.length === 0 ? "Nothing is missing: `npm run up` can start.\n" : `${faults.join("\n")}\n`,
    );
  return faults.length === 0 ? 0 : 1;
}
