import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * A file of the folder shared with this repository: beside it, or where KUBEFLOW_STACK_SHARED says.
 * @throws Error with a sentence when it is not there: a test that skipped then would pass for one that ran
 */
export function sharedFile(...names: string[]): string {
  const folder = process.env["KUBEFLOW_STACK_SHARED"] ?? resolve(__dirname, "../../../../shared");
  const file = join(folder, ...names);
  if (!existsSync(file))
    throw new Error(
      `There is no ${file}: put the shared folder beside the repository, or name it in KUBEFLOW_STACK_SHARED.`,
    );
  return file;
}
