/** The file of a stack's state in the project's own backend. */
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { gunzipSync, zstdCompressSync } from "node:zlib";
import { writeWhole } from "../node/files";

/** The other forms that Pulumi knows. */
const forms: readonly { ending: string; unpack: (content: Buffer) => Buffer }[] = [
  { ending: ".gz", unpack: (content) => gunzipSync(content) },
  { ending: "", unpack: (content) => content },
];
const ours = ".zst";

/** Whether a stack has a state, in whatever form. */
export const hasState = (folder: string, stack: string): boolean =>
  [ours, ...forms.map(({ ending }) => ending)].some((ending) => existsSync(stateFile(folder, stack) + ending));

/**
 * Brings a state that plain Pulumi has written into the form that ours has. Pulumi would delete the one before it writes the other, and a kill in between
 * would leave no state at all.
 */
export function compressState(folder: string, stack: string): void {
  const file = stateFile(folder, stack);
  for (const { ending, unpack } of forms) {
    const other = file + ending;
    if (!existsSync(other)) continue;
    // As Pulumi does where there are two: the later one is the state.
    if (modified(file + ours) < modified(other)) writeWhole(file + ours, zstdCompressSync(unpack(readFileSync(other))));
    rmSync(other);
  }
}

const stateFile = (folder: string, stack: string): string =>
  path.join(folder, "backend", ".pulumi", "stacks", "kubeflow-stack", `${stack}.json`);

const modified = (file: string): number => (existsSync(file) ? statSync(file).mtimeMs : 0);
