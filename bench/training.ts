import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { prepareTrainer } from "../infra/recipes/tfjsNode";
import { peersPython } from "./support/peers";

/** Epochs of each side that are measured, taken in turns; the first ones, which warm up, are not counted. */
const ROUNDS = 9;
const WARM_UP = 2;
const SEEDS = [1, 2, 3];

/** What it measures. */
export const title = "Training the digits";

/** Trains the default network as the trainer does, next to Keras with the same network and batches, and for three seeds. */
export async function run() {
  await prepareTrainer();
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "3";
  const { embeddedDigits } = await import("../trainer/src/data/embedded.js");
  const { hyperparameters } = await import("../trainer/src/config/hyperparameters.js");
  const { Trainer } = await import("../trainer/src/train/trainer.js");
  const data = embeddedDigits();
  const never = new AbortController().signal;

  const speed = async () => {
    // What Keras' `fit` does not do is left out: moved images and the average of the weights. Judging the held-out
    // digits after each epoch stays in.
    const still = { rotation: 0, shift: 0, scale: 0, shear: 0, averaging: 0 };
    const parameters = hyperparameters.parse({ epochs: 1000, ...still });
    const trainer = new Trainer(data, parameters);
    const peer = await startPeer(data.train, parameters);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      theirs.push(data.train.labels.length / (await peer.epoch()));
      const started = performance.now();
      await trainer.epoch(never);
      ours.push((trainer.batches * parameters.batchSize) / ((performance.now() - started) / 1000));
    }
    await peer.stop();
    trainer.dispose();
    return { ours: median(ours.slice(WARM_UP)), theirs: median(theirs.slice(WARM_UP)) };
  };

  const quality = async () => {
    const accuracies: number[] = [];
    const seconds: number[] = [];
    for (const seed of SEEDS) {
      const parameters = hyperparameters.parse({ seed });
      const trainer = new Trainer(data, parameters);
      while (trainer.position.epoch < parameters.epochs) await trainer.epoch(never);
      accuracies.push(100 * (trainer.position.history.at(-1)?.heldOutAccuracy ?? 0));
      seconds.push(trainer.position.seconds);
      trainer.dispose();
    }
    return { accuracies, seconds };
  };

  const { ours, theirs } = await speed();
  const { accuracies, seconds } = await quality();
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  return [
    {
      name: "training, same network and batches",
      value: ours,
      unit: "images/s",
      peer: { name: "Keras fit", value: theirs },
    },
    { name: `held-out accuracy, mean of ${SEEDS.length} seeds`, value: mean, unit: "%" },
    { name: "held-out accuracy, lowest seed", value: Math.min(...accuracies), unit: "%" },
    { name: "held-out accuracy, highest seed", value: Math.max(...accuracies), unit: "%" },
    { name: "default training", value: median(seconds), unit: "s" },
  ];
}

/** The value in the middle. */
const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;

async function startPeer(train: { images: Float32Array; labels: Int32Array }, parameters: object) {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const [images, labels] = [join(folder, "images"), join(folder, "labels")];
  writeFileSync(images, train.images);
  writeFileSync(labels, train.labels);
  const script = join(__dirname, "peers", "train.py");
  const child: ChildProcess = spawn(await peersPython(), [script, JSON.stringify({ ...parameters, images, labels })], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]() as AsyncIterator<string, undefined>;
  const next = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done) throw new Error("The Keras peer ended before its time.");
    return value;
  };
  await next();
  return {
    /** Seconds of one epoch. */
    epoch: async (): Promise<number> => {
      child.stdin!.write("\n");
      return Number(await next());
    },
    stop: async (): Promise<void> => {
      child.stdin!.end();
      if (child.exitCode === null) await once(child, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}
