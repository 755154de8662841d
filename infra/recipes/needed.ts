import { existsSync } from "node:fs";
import { hostSuite } from "../../toolchain/debian/sources";
import { ToolError } from "../../toolchain/types";
import { takeFromMachine } from "../../toolchain/sources/machine";
import { hasTool, type ToolName } from "./index";
import { tools } from "./tools";

/**
 * What a machine lacks for the tools that only Debian's packages bring: those that are not in the cache, that the machine
 * does not have, and whose project publishes no programs.
 *
 * @param names The tools that will be needed.
 * @param why Tells why this machine cannot take packages; undefined when it can.
 * @returns One sentence, or undefined when nothing is lacking.
 */
export async function aptFault(
  names: readonly ToolName[],
  why: () => string | undefined = whyNoApt,
): Promise<string | undefined> {
  const lacksApt = why();
  if (lacksApt === undefined) return undefined;
  const needed = await Promise.all(names.map(async (name) => ((await isElsewhere(name)) ? [] : [name])));
  if (needed.flat().length === 0) return undefined;
  return `A local node needs ${needed.flat().join(", ")} from packages of Debian or Ubuntu, and this machine ${lacksApt}: use Debian or Ubuntu, or a cluster that runs elsewhere (set cluster to kubeconfig).`;
}

function whyNoApt(): string | undefined {
  if (!existsSync("/usr/bin/apt-get")) return "has no apt-get";
  try {
    hostSuite();
    return undefined;
  } catch {
    return "is neither";
  }
}

async function isElsewhere(name: ToolName): Promise<boolean> {
  const { machine, official, programs } = tools[name];
  if (!("none" in official) || hasTool(name)) return true;
  if ("none" in machine) return false;
  return takeFromMachine(machine, programs).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ToolError) return false;
      throw error;
    },
  );
}
