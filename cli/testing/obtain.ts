import { describe } from "../../engine/errors";
import { installTrainerPackages, prepareTrainer } from "../../infra/recipes/tfjsNode";
import { prepare, prepareLocalNode } from "../tools";
import { type Stage, stages } from "./stages";

/** Obtains the tools and images of a stage; what the cache has costs a second. */
export async function obtain(stage: Stage): Promise<void> {
  await Promise.all([
    stage.trainer === "packages" && installTrainerPackages(),
    stage.trainer === "tensorflow" && prepareTrainer(),
    stage.needsNode && prepareLocalNode(),
    prepare(stage.tools ?? [], stage.images ?? []),
  ]);
}

// As a program: obtains what the named stages need.
if (require.main === module) {
  const names = process.argv.slice(2);
  Promise.all(stages.filter(({ name }) => names.includes(name)).map(obtain)).catch((error: unknown) => {
    process.stderr.write(`${describe(error)}\n`);
    process.exitCode = 1;
  });
}
