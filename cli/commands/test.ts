import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UserError } from "../../engine/errors";
import { say } from "../../engine/say";
import { type Background, startBackground } from "../testing/background";
import { follow, runStage } from "../testing/runStage";
import { type Stage, stages } from "../testing/stages";
import { removeLeftNodes } from "../testing/leftNodes";
import { failure, type Result, summarize } from "../testing/summary";

/**
 * `npm test`: runs every stage in order, or those named (`npm test -- unit e2e`), until one fails. The last line is the
 * sum: `N passed, N failed, N skipped`.
 */
export async function run(args: readonly string[]): Promise<number> {
  const unknown = args.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown !== undefined)
    throw new UserError(`There is no suite "${unknown}"; there are ${stages.map(({ name }) => name).join(", ")}.`);
  const chosen = args.length === 0 ? stages : stages.filter(({ name }) => args.includes(name));
  const scratch = mkdtempSync(path.join(tmpdir(), "ks-"));
  const results: Result[] = [];
  let wanted = chosen.length;
  let isUsed = false;
  const interrupt = new AbortController();
  const stop = () => interrupt.abort();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  const env = {
    ...process.env,
    KUBEFLOW_STACK_TEST: scratch,
    XDG_STATE_HOME: path.join(scratch, "state"),
    TF_CPP_MIN_LOG_LEVEL: "3",
  };
  const building = buildAhead(chosen, env);
  try {
    for (const stage of chosen) {
      if (interrupt.signal.aborted) break;
      say(`\n== ${stage.name}`);
      isUsed ||= stage.onStack ?? false;
      // Two processes would compile what they share twice.
      if (stage.needsNode) await building?.ended;
      const result = await runStage(stage, scratch, env);
      results.push(result);
      if (result.failed > 0) break;
    }
  } finally {
    await building?.stop();
    // Without a stage that may have made it, looking for it would only get Pulumi first.
    const isDown = !isUsed || (await takeDown(env, scratch));
    if (isDown) await removeLeftNodes(path.join(scratch, "state/kubeflow-stack/nodes"));
    process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
    if (!isDown) {
      results.push({ ...failure("the test stack is still up"), stage: "taking down", seconds: 0 });
      wanted += 1;
    }
    // The folder is all by which a node that is still there can be found and ended.
    if (isDown) rmSync(scratch, { recursive: true, force: true });
  }
  const { text, isGood } = summarize(results, wanted);
  process.stdout.write(text);
  return isGood ? 0 : 1;
}

/**
 * Starts to build what the first suite with a local node needs, when other suites run before it and leave a core idle. That
 * suite obtains it once more, and reports what could not be obtained.
 */
function buildAhead(chosen: readonly Stage[], env: NodeJS.ProcessEnv): Background | undefined {
  const first = chosen.findIndex(({ needsNode }) => needsNode);
  const stage = chosen[first];
  if (first < 1 || stage === undefined) return undefined;
  const words = ["--require", "./toolchain/typescript.cjs", "cli/testing/obtain.ts", stage.name];
  return startBackground([process.execPath, ...words], env);
}

/** Takes the shared stack down whatever happened; the suites' own test of `down` may have done so already. */
async function takeDown(env: NodeJS.ProcessEnv, scratch: string): Promise<boolean> {
  say("\n== taking the test stack down");
  const args = ["cli/main.ts", "down", "--stack", "test", "--state", path.join(scratch, "pulumi")];
  const code = await follow([process.execPath, "--require", "./toolchain/typescript.cjs", ...args], env);
  if (code !== 0)
    say(
      `The test stack could not be taken down, the reason stands above; then run: ` +
        `XDG_STATE_HOME=${scratch}/state npm run down -- --stack test --state ${scratch}/pulumi`,
    );
  return code === 0;
}
