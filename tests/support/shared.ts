import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/**
 * The path of a file in the folder `shared`, which may lie beside this repository or where KUBEFLOW_STACK_SHARED says.
 * @returns undefined when there is no such file: a clone alone has none
 */
export function sharedFile(...names: string[]): string | undefined {
  const folder = process.env["KUBEFLOW_STACK_SHARED"] ?? resolve(__dirname, "../../../shared");
  const file = join(folder, ...names);
  return existsSync(file) ? file : undefined;
}
