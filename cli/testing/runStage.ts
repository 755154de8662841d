import { spawn } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe } from "../../engine/errors";
import { projectRoot } from "../../engine/options";
import { obtain } from "./obtain";
import type { Stage } from "./stages";
import { failure, judge, nothing, type Outcome, type Result } from "./summary";

/**
 * Runs one stage: obtains what it needs, then runs its commands or its suite.
 * @param scratch - a folder for this run of `npm test`
 * @param env - the environment of the commands
 */
export async function runStage(stage: Stage, scratch: string, env: NodeJS.ProcessEnv): Promise<Result> {
  const started = performance.now();
  const outcome = await outcomeOf(stage, scratch, env);
  return { ...outcome, stage: stage.name, seconds: (performance.now() - started) / 1000 };
}

async function outcomeOf(stage: Stage, scratch: string, env: NodeJS.ProcessEnv): Promise<Outcome> {
  try {
    await obtain(stage);
  } catch (error) {
    return failure(`what the suite needs cannot be obtained: ${describe(error)}`);
  }
  if (stage.check) {
    for (const command of stage.check)
      if ((await follow(command, env)) !== 0) return failure(`${command.join(" ")} failed; its output stands above`);
    return { ...nothing, passed: 1 };
  }
  const files = (stage.files ?? []).flatMap((glob) =>
    globSync(glob, { cwd: projectRoot, exclude: (name) => path.basename(name) === "node_modules" }),
  );
  if (files.length === 0) return failure(`there is no file of the pattern ${(stage.files ?? []).join(", ")}`);
  const totalsFile = path.join(scratch, `${stage.name}.json`);
  const code = await follow(mocha(files.sort(), stage.seconds ?? 30), { ...env, MOCHA_TOTALS: totalsFile });
  return judge(readTotals(totalsFile), code);
}

/** The command that runs these files with the project's reporter. */
function mocha(files: readonly string[], seconds: number): readonly string[] {
  return [
    process.execPath,
    "--require",
    "./toolchain/typescript.cjs",
    "node_modules/mocha/bin/mocha.js",
    "--forbid-only",
    "--timeout",
    String(seconds * 1000),
    "--reporter",
    path.join(projectRoot, "cli/testing/reporter.ts"),
    ...files,
  ];
}

function readTotals(file: string): Outcome | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Outcome;
  } catch {
    return undefined;
  }
}

/**
 * Runs a command in the project's folder with this process's output, and forwards SIGINT and SIGTERM to it.
 * @returns its exit code; 1 when a signal ended it
 */
export function follow([program = "", ...args]: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const child = spawn(program, args, { cwd: projectRoot, env, stdio: ["ignore", "inherit", "inherit"] });
  const forward = (name: NodeJS.Signals) => child.kill(name);
  process.on("SIGINT", forward).on("SIGTERM", forward);
  return new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => resolve(code ?? 1));
  }).finally(() => process.removeListener("SIGINT", forward).removeListener("SIGTERM", forward));
}
