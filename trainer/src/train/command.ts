import { readTrainConfig } from "../config/train";
import { lineProgress } from "./progress";

/** Exit code of a process that ended because of SIGTERM, as shells have it. */
const TERMINATED = 143;

/** The `train` command; all its settings come from the environment. Resolves to the exit code. */
export async function trainCommand(env: NodeJS.ProcessEnv): Promise<number> {
  const config = readTrainConfig(env);
  const progress = lineProgress(config.progress, (line) => process.stdout.write(`${line}\n`));
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const)
    process.on(signal, () => {
      progress.note(`Got ${signal}: writing a checkpoint.`);
      stop.abort();
    });
  const { train } = await import("./run.js");
  const outcome = await train(config, progress, stop.signal);
  return outcome === "stopped" ? TERMINATED : 0;
}
