/** The file of a stack's state in the project's own backend. */
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { gunzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { writeWhole } from "../node/files";

interface Form {
  readonly ending: string;
  readonly unpack: (content: Buffer) => Buffer;
}

const ours = ".zst";

/** The other forms that Pulumi writes. */
const others: readonly Form[] = [
  { ending: ".gz", unpack: (content) => gunzipSync(content) },
  { ending: "", unpack: (content) => content },
];

const forms: readonly Form[] = [{ ending: ours, unpack: (content) => zstdDecompressSync(content) }, ...others];

/** Whether a stack has a state, in whatever form. */
export const hasState = (folder: string, stack: string): boolean =>
  forms.some(({ ending }) => existsSync(stateFile(folder, stack) + ending));

/** The state's checkpoint, as far as it is looked at. */
interface Checkpoint {
  readonly resources?: readonly unknown[];
  readonly pending_operations?: readonly unknown[];
}

/** The latest checkpoint of a stack; undefined where there is none. */
function readCheckpoint(folder: string, stack: string): Checkpoint | undefined {
  const file = stateFile(folder, stack);
  // As Pulumi does where there are two: the later one is the state.
  const [form] = forms
    .filter(({ ending }) => existsSync(file + ending))
    .sort((one, other) => modified(file + other.ending) - modified(file + one.ending));
  if (form === undefined) return undefined;
  const { checkpoint } = JSON.parse(form.unpack(readFileSync(file + form.ending)).toString()) as {
    checkpoint?: { latest?: Checkpoint };
  };
  return checkpoint?.latest;
}

/**
 * Whether a stack's state holds anything: `down` leaves an empty one.
 * @returns true also for a state that cannot be read, so that Pulumi reports it
 */
export function holdsResources(folder: string, stack: string): boolean {
  try {
    const { resources = [], pending_operations: pending = [] } = readCheckpoint(folder, stack) ?? {};
    return resources.length > 0 || pending.length > 0;
  } catch {
    return true;
  }
}

/**
 * Compresses a state that plain Pulumi wrote, as this project's settings have it. Pulumi would delete the one before it writes
 * the other, and a kill in between would leave no state at all.
 */
export function compressState(folder: string, stack: string): void {
  const file = stateFile(folder, stack);
  for (const { ending, unpack } of others) {
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
