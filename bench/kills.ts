import fc from "fast-check";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Row } from "../cli/commands/bench";
import { cgroupName } from "../node/cgroups";
import { EndedError, killUp } from "../tests/support/stack/interrupt";
import { cgroupsNaming, processesNaming } from "../tests/support/machine/machine";
import { orphans } from "../tests/support/stack/orphans";
import { Place } from "../tests/support/stack/place";
import { writeConfiguration } from "../tests/support/stack/stack";

const kills = 20;
const killsOfOne = 4;
const seed = 20261121;

/** What it measures. */
export const title = `The first up, killed at ${kills} random moments (seed ${seed})`;

/** A moment by what was said until then, whether engine and plugins are killed as well, and whether `down` follows. */
const moment = fc.record({
  lines: fc.integer({ min: 1, max: 250 }),
  everything: fc.boolean(),
  isTakenDown: fc.constantFrom(true, false, false, false),
});

/**
 * Kills first runs of `up` by SIGKILL, four times one after the other, each run going on from where the one before was killed, then
 * lets it come to its end, until there were twenty kills. Now and then `down` is what follows a kill.
 * @throws when one does not converge to 0 changes, or leaves something
 */
export async function run(): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "ks-"));
  const place = new Place("kills", folder);
  await writeConfiguration(place.configFile);
  const moments = fc.sample(fc.noBias(moment), { seed, numRuns: kills * 10 });
  const seconds: number[] = [];
  let [killed, taken] = [0, 0];
  try {
    while (killed < kills) {
      for (let ofThis = 0; ofThis < killsOfOne && killed < kills; ofThis++) {
        const { lines, everything, isTakenDown } = moments.shift() ?? {
          lines: 1,
          everything: true,
          isTakenDown: false,
        };
        const hasCome = (said: string) => said.split("\n").length > lines;
        try {
          await killUp(place, { what: `${lines} lines had been said`, hasCome }, everything);
        } catch (error) {
          if (!(error instanceof EndedError) || error.code !== 0) throw error;
          break;
        }
        killed += 1;
        if (!isTakenDown) continue;
        await succeeds(place, "down");
        requireNothing(place, remains(place));
        taken += 1;
      }
      const started = performance.now();
      await succeeds(place, "up");
      seconds.push((performance.now() - started) / 1000);
      requireNothing(place, await orphans(place));
      await succeeds(place, "up");
      const changes = await place.lastChanges();
      if (changes !== 0) throw new Error(`Another up made ${changes} changes; the state is in ${folder}.`);
      await succeeds(place, "down");
      requireNothing(place, remains(place));
    }
  } catch (error) {
    await place.run("down");
    throw error;
  }
  rmSync(folder, { recursive: true });
  return [
    { name: "kills", value: killed, unit: "" },
    { name: "of these followed by `down`, which left nothing", value: taken, unit: "" },
    { name: "converged to 0 changes with nothing orphaned", value: seconds.length, unit: "bring-ups" },
    { name: "`up` after the last kill of each, mean", value: mean(seconds), unit: "s" },
  ];
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

async function succeeds(place: Place, command: string): Promise<void> {
  const { code, stderr } = await place.run(command);
  if (code !== 0) throw new Error(`npm run ${command} ended with ${code}: ${stderr.slice(-3000)}`);
}

/** What is left of a stack that was taken down. */
function remains({ node }: Place): string[] {
  return [
    ...(existsSync(node) ? [node] : []),
    ...processesNaming(node).map((line) => `process ${line}`),
    ...cgroupsNaming(cgroupName(node)).map((name) => `cgroup ${name}`),
  ];
}

function requireNothing({ folder }: Place, left: readonly string[]): void {
  if (left.length > 0) throw new Error(`Something was left; the state is in ${folder}:\n${left.join("\n")}`);
}
