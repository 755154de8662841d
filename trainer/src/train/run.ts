import { isDeepStrictEqual } from "node:util";
import type { TrainConfig } from "../config/train";
import { type Dataset, IMAGE_SIZE } from "../data/dataset";
import { loadDataset } from "../data/load";
import { layersModel, loadFiles, modelFiles } from "../model/layersModel";
import { ObjectStore } from "../store/objectStore";
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from "./checkpoint";
import { type Confusion, confusionOf, confusionPicture } from "./confusion";
import type { Progress } from "./progress";
import { classesOf, Trainer } from "./trainer";
import * as tf from "@tensorflow/tfjs-node";

/** How a training run ended. */
export type Outcome = "trained" | "already trained" | "stopped";

/**
 * Trains a model version and writes it to the object store; goes on from a checkpoint if there is one, and does nothing
 * if the version is already there.
 * @param stop when aborted, a checkpoint is written and the run ends.
 */
export async function train(config: TrainConfig, progress: Progress, stop: AbortSignal): Promise<Outcome> {
  const store = new ObjectStore(config.store);
  const place = `s3://${config.store.bucket}/${config.folder}`;
  const metricsKey = `${config.folder}/metrics.json`;
  const checkpointKey = `${config.folder}/checkpoint/state.safetensors`;
  if (await store.get(metricsKey)) {
    progress.note(`${place} is already there: nothing to do.`);
    return "already trained";
  }
  const data = await loadDataset(config);
  const [learn, judge] = [data.train.labels.length, data.heldOut.labels.length];
  progress.note(`Data set ${data.name}: ${learn} digits to train on, ${judge} held out.`, { sha256: data.sha256 });
  const trainer = new Trainer(data, config.hyperparameters);
  try {
    resume(trainer, await store.get(checkpointKey), progress);
    const save = () => store.put(checkpointKey, encodeCheckpoint(trainer.checkpoint()), "application/octet-stream");
    const finished = await runEpochs(trainer, config, progress, stop, save);
    if (!finished) {
      progress.note("Stopped; the checkpoint is written, running again goes on from it.");
      return "stopped";
    }
    const accuracy = await publish(trainer, data, config, store);
    await store.remove(checkpointKey);
    progress.note(`Wrote ${place}: ${(accuracy * 100).toFixed(2)} % of the held-out digits are right.`, { accuracy });
    return "trained";
  } finally {
    trainer.dispose();
  }
}

function resume(trainer: Trainer, bytes: Buffer | undefined, progress: Progress): void {
  if (!bytes) return;
  let checkpoint: Checkpoint;
  try {
    checkpoint = decodeCheckpoint(bytes);
    if (!isDeepStrictEqual(checkpoint.origin, trainer.origin)) throw new Error("it is of other settings or other data");
    trainer.resume(checkpoint);
  } catch (error) {
    progress.note(`The checkpoint that is there cannot be used (${(error as Error).message}): starting anew.`);
    return;
  }
  const { epoch, batch } = trainer.position;
  progress.note(`Going on from the checkpoint: epoch ${epoch + 1}, batch ${batch + 1}.`, { epoch, batch });
}

/** Trains until all epochs are done; false when stopped before. */
async function runEpochs(
  trainer: Trainer,
  { hyperparameters: { epochs, batchSize } }: TrainConfig,
  progress: Progress,
  stop: AbortSignal,
  save: () => Promise<void>,
): Promise<boolean> {
  // A checkpoint is sent while the next epoch is under way.
  let saving = Promise.resolve();
  while (trainer.position.epoch < epochs) {
    const number = trainer.position.epoch + 1;
    const result = await trainer.epoch(stop, (done) => progress.batch(number, epochs, done, trainer.batches));
    await saving;
    saving = save();
    // It is waited for in the next round; without this a failure until then would end the process at once.
    saving.catch(() => undefined);
    if (!result) {
      await saving;
      return false;
    }
    const { seconds, epoch } = trainer.position;
    const rate = (epoch * trainer.batches * batchSize) / seconds;
    progress.epoch(result, epochs, rate, ((epochs - epoch) * seconds) / epoch);
  }
  await saving;
  return true;
}

/** Writes the model's files, and last its metrics, whose presence says that the version is whole. */
async function publish(trainer: Trainer, data: Dataset, config: TrainConfig, store: ObjectStore): Promise<number> {
  const model = layersModel(trainer.network, trainer.weights());
  const files = await modelFiles(model);
  model.dispose();
  const judged = await judge(files, data);
  const { history, seconds } = trainer.position;
  const total = data.heldOut.labels.length;
  const trained = history.length * trainer.batches * config.hyperparameters.batchSize;
  const metrics = {
    version: config.version,
    accuracy: judged.correct / total,
    loss: judged.loss,
    correct: judged.correct,
    total,
    epochs: history.length,
    seconds,
    imagesPerSecond: trained / seconds,
    hyperparameters: config.hyperparameters,
    dataset: { name: data.name, train: data.train.labels.length, heldOut: total, sha256: data.sha256 },
    confusion: judged.confusion,
    history,
  };
  const put = (name: string, bytes: Buffer, type: string) => store.put(`${config.folder}/${name}`, bytes, type);
  for (const [name, bytes] of files)
    await put(name, bytes, name.endsWith(".json") ? "application/json" : "application/octet-stream");
  await put("confusion-matrix.png", confusionPicture(judged.confusion), "image/png");
  await put("metrics.json", Buffer.from(JSON.stringify(metrics, null, 2)), "application/json");
  return metrics.accuracy;
}

/** Judges the files as they will be served: loaded anew, and run by tfjs itself. */
async function judge(
  files: Map<string, Buffer>,
  { heldOut }: Dataset,
): Promise<{ correct: number; loss: number; confusion: Confusion }> {
  const model = await loadFiles(files);
  const probabilities = tf.tidy(() => {
    const images = tf.tensor4d(heldOut.images, [heldOut.images.length / IMAGE_SIZE, 28, 28, 1]);
    return (model.predict(images, { batchSize: 500 }) as tf.Tensor).dataSync<"float32">();
  });
  model.dispose();
  const classes = probabilities.length / heldOut.labels.length;
  const guesses = classesOf(probabilities);
  let loss = 0;
  heldOut.labels.forEach((label, row) => (loss -= Math.log(Math.max(probabilities[row * classes + label]!, 1e-7))));
  const correct = guesses.filter((guess, index) => guess === heldOut.labels[index]).length;
  return { correct, loss: loss / heldOut.labels.length, confusion: confusionOf(heldOut.labels, guesses) };
}
