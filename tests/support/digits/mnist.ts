import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A genuine MNIST digit: what it is, and its 784 grey levels from 0 to 255. */
export interface MnistDigit {
  readonly label: number;
  readonly levels: readonly number[];
}

interface Stored {
  readonly label: number;
  readonly pixels: string;
}

const stored = JSON.parse(readFileSync(join(__dirname, "mnistDigits.json"), "utf8")) as {
  readonly seeds: Stored;
  readonly heldOut: readonly Stored[];
};
const read = ({ label, pixels }: Stored): MnistDigit => ({ label, levels: [...Buffer.from(pixels, "base64")] });

/** The 5 that the seeds' notebook asks its predictor about. */
export const seedsDigit: MnistDigit = read(stored.seeds);

/** Thirty digits that the trainer never learns from, three of each. */
export const heldOutDigits: readonly MnistDigit[] = stored.heldOut.map(read);

/** The digit as an instance of the V1 protocol: 28 by 28 by 1 numbers, each of the grey levels divided by `by`. */
export function instance(digit: MnistDigit, by: 1 | 255): number[][][] {
  return Array.from({ length: 28 }, (_, row) =>
    digit.levels.slice(row * 28, (row + 1) * 28).map((level) => [level / by]),
  );
}
