import { spawn } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { projectRoot } from "../../engine/options";
import { UserError } from "../../engine/errors";
import { say } from "../../engine/say";
import { prepare, prepareLocalNode } from "../tools";
import type { Totals } from "../testing/reporter";
import { stages, type Stage } from "../testing/stages";
import { removeLeftNodes } from "../testing/leftNodes";
import { judge, summarize, type Result } from "../testing/summary";
import { prepareTrainer } from "../../infra/recipes/tfjsNode";

/**
 * `npm test`: every stage in order, or those named (`npm test -- unit e2e`), until one fails. The last line is the sum:
 * `N passed, N failed`, and `, N skipped` where tests were.
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
  try {
    for (const stage of chosen) {
      if (interrupt.signal.aborted) break;
      say(`\n== ${stage.name}`);
      isUsed ||= stage.onStack ?? false;
      const result = await runStage(stage, scratch, env);
      results.push(result);
      if (result.failed > 0) break;
    }
  } finally {
    // Without a stage that may have made it, looking for it would only get Pulumi first.
    const isDown = !isUsed || (await takeDown(env, scratch));
    if (isDown) await removeLeftNodes(path.join(scratch, "state/kubeflow-stack/nodes"));
    process.removeListener("SIGINT", stop).removeListener("SIGTERM", stop);
    if (!isDown) {
      results.push({ stage: "taking down", passed: 0, failed: 1, skipped: 0, seconds: 0, failures: [] });
      wanted += 1;
    }
    // The folder is all by which a node that is still there can be found and ended.
    if (isDown) rmSync(scratch, { recursive: true, force: true });
  }
  const { text, isGood } = summarize(results, wanted);
  process.stdout.write(text);
  return isGood ? 0 : 1;
}

async function runStage(stage: Stage, scratch: string, env: NodeJS.ProcessEnv): Promise<Result> {
  const started = performance.now();
  const result = (passed: number, failed: number, skipped = 0, failures: readonly string[] = []) => ({
    ...{ stage: stage.name, passed, failed, skipped, failures },
    seconds: (performance.now() - started) / 1000,
  });
  if (stage.needsTrainer) await prepareTrainer();
  if (stage.needsNode) await prepareLocalNode();
  await prepare(stage.tools ?? [], stage.images ?? []);
  if (stage.check) {
    for (const command of stage.check) if ((await follow(command, env)) !== 0) return result(0, 1);
    return result(1, 0);
  }
  const files = (stage.files ?? []).flatMap((glob) =>
    globSync(glob, { cwd: projectRoot, exclude: (name) => path.basename(name) === "node_modules" }),
  );
  if (files.length === 0) {
    say(`The suite ${stage.name} has no file of the pattern ${(stage.files ?? []).join(", ")}.`);
    return result(0, 1);
  }
  const totalsFile = path.join(scratch, `${stage.name}.json`);
  const mocha = ["node_modules/mocha/bin/mocha.js", "--forbid-only", "--timeout", `${(stage.seconds ?? 30) * 1000}`];
  const words = [
    "--require",
    "./toolchain/typescript.cjs",
    ...mocha,
    "--reporter",
    path.join(projectRoot, "cli/testing/reporter.ts"),
    ...files.sort(),
  ];
  const code = await follow([process.execPath, ...words], { ...env, MOCHA_TOTALS: totalsFile });
  const { passed, failed, skipped, failures } = judge(readTotals(totalsFile), code);
  return result(passed, failed, skipped, failures);
}

function readTotals(file: string): Totals | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Totals;
  } catch {
    return undefined;
  }
}

function follow([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { cwd: projectRoot, env, stdio: ["ignore", "inherit", "inherit"] });
  const forward = (name: NodeJS.Signals) => child.kill(name);
  process.on("SIGINT", forward).on("SIGTERM", forward);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  }).finally(() => process.removeListener("SIGINT", forward).removeListener("SIGTERM", forward));
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
