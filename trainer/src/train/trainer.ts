import { setImmediate } from "node:timers/promises";
import seedrandom from "seedrandom";
import type { Hyperparameters } from "../config/hyperparameters";
import { augment } from "../data/augment";
import { CLASSES, type Dataset, type Examples, IMAGE_SIZE } from "../data/dataset";
import { DatasetError } from "../data/idx";
import { shuffle } from "../data/shuffle";
import { GraphSession } from "../graph/session";
import type { Variables, VariableValues } from "../graph/variables";
import { digitsNetwork, type Network } from "../model/network";
import type { Checkpoint, EpochResult, Origin, Position } from "./checkpoint";
import { initialValues } from "./initial";
import { stepNumbers } from "./schedule";
import { STEP, trainingGraph } from "./trainingGraph";

const EVALUATION_BATCH = 500;
const scalar = (value: number) => ({ values: Float32Array.of(value), shape: [] });

/** A training run: where it stands, and the steps that bring it on. */
export class Trainer {
  readonly network: Network;
  readonly origin: Origin;
  readonly batches: number;
  #position: Position = { epoch: 0, batch: 0, loss: 0, correct: 0, epochSeconds: 0, seconds: 0, history: [] };
  readonly #data: Dataset;
  readonly #parameters: Hyperparameters;
  readonly #session: GraphSession;
  readonly #variables: Variables;
  readonly #images: Float32Array;
  readonly #labels: Int32Array;

  /** Sets a run up at its beginning. */
  constructor(data: Dataset, parameters: Hyperparameters) {
    const { batchSize } = parameters;
    this.batches = Math.floor(data.train.labels.length / batchSize);
    if (this.batches === 0)
      throw new DatasetError(
        `HYPERPARAMETERS.batchSize is ${batchSize}, more than the ${data.train.labels.length} training images: lower it.`,
      );
    this.#data = data;
    this.#parameters = parameters;
    this.origin = { hyperparameters: parameters, datasetSha256: data.sha256 };
    this.network = digitsNetwork(parameters);
    const { graph, variables } = trainingGraph(this.network, parameters);
    this.#session = new GraphSession(graph);
    this.#variables = variables;
    this.#images = new Float32Array(batchSize * IMAGE_SIZE);
    this.#labels = new Int32Array(batchSize);
    variables.restore(this.#session, initialValues(this.network, variables.all(), parameters.seed));
  }

  /** Where the run stands. */
  get position(): Readonly<Position> {
    return this.#position;
  }

  /** Puts the run where a checkpoint of the same origin was made. */
  resume({ variables, origin: _, ...position }: Checkpoint): void {
    this.#variables.restore(this.#session, variables);
    this.#position = position;
  }

  /** The run as it stands. */
  checkpoint(): Checkpoint {
    return { ...structuredClone(this.#position), origin: this.origin, variables: this.#variables.read(this.#session) };
  }

  /** The weights to predict with: their moving average, if one is kept. */
  weights(): VariableValues {
    const suffix = this.#parameters.averaging > 0 ? "/average" : "";
    const values = this.#variables.read(this.#session, ({ name }) => isWeight(name, suffix));
    return new Map([...values].map(([name, value]) => [name.slice(0, name.length - suffix.length), value]));
  }

  /**
   * Trains until the end of the epoch under way, then judges the held-out images.
   * @param stop when aborted, the run stops after the step under way.
   * @param onBatch is told after each step how many of the epoch's are done.
   * @returns what the epoch was like, or undefined when stopped.
   */
  async epoch(stop: AbortSignal, onBatch?: (done: number) => void): Promise<EpochResult | undefined> {
    const order = this.#order();
    for (const position = this.#position; position.batch < this.batches;) {
      const started = performance.now();
      this.#step(order);
      position.epochSeconds += (performance.now() - started) / 1000;
      onBatch?.(position.batch);
      // Signals and uploads get their turn.
      await setImmediate();
      if (stop.aborted) return undefined;
    }
    return this.#finishEpoch();
  }

  /** The probabilities of each class for each image, one after the other. */
  predict(images: Float32Array): Float32Array {
    const count = images.length / IMAGE_SIZE;
    const probabilities = new Float32Array(count * CLASSES);
    for (let from = 0; from < count; from += EVALUATION_BATCH) {
      const values = images.subarray(from * IMAGE_SIZE, (from + EVALUATION_BATCH) * IMAGE_SIZE);
      const shape = [values.length / IMAGE_SIZE, 28, 28, 1];
      const [result] = this.#session.run({ [STEP.unseen]: { values, shape } }, [STEP.probabilities]);
      probabilities.set(result as Float32Array, from * CLASSES);
    }
    return probabilities;
  }

  /** Frees what the run holds outside of JavaScript. */
  dispose(): void {
    this.#session.dispose();
  }

  #order(): Int32Array {
    const order = Int32Array.from({ length: this.#data.train.labels.length }, (_, index) => index);
    shuffle(order, seedrandom.alea(`order ${this.#parameters.seed} ${this.#position.epoch}`));
    return order;
  }

  #step(order: Int32Array): void {
    const position = this.#position;
    const { batchSize, seed, dropout, averaging, epochs } = this.#parameters;
    const step = position.epoch * this.batches + position.batch + 1;
    this.#fillBatch(order);
    const numbers = stepNumbers(step, epochs * this.batches, this.#parameters);
    const [loss, correct] = this.#session.run(
      {
        [STEP.images]: { values: this.#images, shape: [batchSize, 28, 28, 1] },
        [STEP.labels]: { values: this.#labels, shape: [batchSize] },
        [STEP.learningRate]: scalar(numbers.learningRate),
        [STEP.beta1Power]: scalar(numbers.beta1Power),
        [STEP.beta2Power]: scalar(numbers.beta2Power),
        ...(averaging > 0 && { [STEP.averaging]: scalar(numbers.averaging) }),
        ...(dropout > 0 && { [STEP.dropoutSeed]: { values: Int32Array.of(seed, step), shape: [2] } }),
      },
      [STEP.loss, STEP.correct],
    );
    position.loss += loss![0]!;
    position.correct += correct![0]!;
    position.batch++;
  }

  #fillBatch(order: Int32Array): void {
    const { epoch, batch } = this.#position;
    const { images, labels } = this.#data.train;
    const random = seedrandom.alea(`batch ${this.#parameters.seed} ${epoch} ${batch}`);
    for (let at = 0; at < this.#labels.length; at++) {
      const index = order[batch * this.#labels.length + at]!;
      this.#labels[at] = labels[index]!;
      augment(images, index * IMAGE_SIZE, this.#images, at * IMAGE_SIZE, this.#parameters, random);
    }
  }

  #finishEpoch(): EpochResult {
    const position = this.#position;
    const started = performance.now();
    const heldOutAccuracy = accuracy(this.predict(this.#data.heldOut.images), this.#data.heldOut);
    position.epochSeconds += (performance.now() - started) / 1000;
    const result: EpochResult = {
      epoch: position.epoch + 1,
      loss: position.loss / this.batches,
      accuracy: position.correct / (this.batches * this.#parameters.batchSize),
      heldOutAccuracy,
      seconds: position.epochSeconds,
    };
    this.#position = {
      epoch: position.epoch + 1,
      batch: 0,
      loss: 0,
      correct: 0,
      epochSeconds: 0,
      seconds: position.seconds + position.epochSeconds,
      history: [...position.history, result],
    };
    return result;
  }
}

const isWeight = (name: string, suffix: string): boolean =>
  suffix ? name.endsWith(suffix) : !/\/(mean|variance|average)$/.test(name);

/** The class with the highest probability, for each example. */
export function classesOf(probabilities: Float32Array): Int32Array {
  return Int32Array.from({ length: probabilities.length / CLASSES }, (_, row) => {
    const values = probabilities.subarray(row * CLASSES, (row + 1) * CLASSES);
    return values.indexOf(Math.max(...values));
  });
}

/** Share of the examples whose class has the highest probability. */
export function accuracy(probabilities: Float32Array, { labels }: Examples): number {
  const right = classesOf(probabilities).filter((guess, index) => guess === labels[index]);
  return right.length / labels.length;
}
