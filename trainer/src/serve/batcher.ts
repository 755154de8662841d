import { sizeOf } from "../model/network";
import type { Model } from "./model";
import type { Examples } from "./v1";

interface Waiting extends Examples {
  /** Examples of it that have been predicted. */
  done: number;
  outputs: Float32Array;
  resolve(outputs: Float32Array): void;
  reject(error: unknown): void;
}

/**
 * Predicts the examples of many requests together.
 *
 * A batch is whatever has arrived while the one before was being predicted: a lone request waits for nobody, and the
 * more there are, the larger the batches get. Large requests are cut up, so that small ones get their turn.
 */
export class Batcher {
  readonly #queue: Waiting[] = [];
  #scheduled = false;

  /**
   * @param model predicts.
   * @param maxBatch most examples in a batch.
   * @param observe is told of each batch: its examples and the seconds it took.
   */
  constructor(
    private readonly model: Model,
    private readonly maxBatch: number,
    private readonly observe: (count: number, seconds: number) => void,
  ) {}

  /** Resolves to the outputs of the examples, one after the other. */
  predict(examples: Examples): Promise<Float32Array> {
    return new Promise((resolve, reject) => {
      const outputs = new Float32Array(examples.count * sizeOf(this.model.output));
      this.#queue.push({ ...examples, done: 0, outputs, resolve, reject });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the requests that have already arrived have been read.
    setImmediate(() => {
      this.#scheduled = false;
      this.#runBatch();
      if (this.#queue.length > 0) this.#schedule();
    });
  }

  #runBatch(): void {
    const parts = this.#take();
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    const inputSize = sizeOf(this.model.input);
    const outputSize = sizeOf(this.model.output);
    try {
      const started = performance.now();
      const outputs = this.model.predict(join(parts, count, inputSize), count);
      this.observe(count, (performance.now() - started) / 1000);
      let at = 0;
      for (const { request, from, count: rows } of parts) {
        request.outputs.set(outputs.subarray(at * outputSize, (at + rows) * outputSize), from * outputSize);
        at += rows;
        if (request.done === request.count) request.resolve(request.outputs);
      }
    } catch (error) {
      for (const { request } of parts) {
        request.reject(error);
        // The rest of a large request has nobody to answer any more.
        const rest = this.#queue.indexOf(request);
        if (rest >= 0) this.#queue.splice(rest, 1);
      }
    }
  }

  /** Takes up to `maxBatch` examples from the queue, the part of a large request too. */
  #take(): Part[] {
    const parts: Part[] = [];
    for (let room = this.maxBatch; room > 0 && this.#queue.length > 0;) {
      const request = this.#queue[0]!;
      const count = Math.min(room, request.count - request.done);
      parts.push({ request, from: request.done, count });
      request.done += count;
      room -= count;
      this.#queue.shift();
      // What is left of it goes to the end of the queue.
      if (request.done < request.count) {
        this.#queue.push(request);
        if (this.#queue[0] === request) break;
      }
    }
    return parts;
  }
}

interface Part {
  request: Waiting;
  from: number;
  count: number;
}

function join(parts: readonly Part[], count: number, size: number): Float32Array {
  const [only] = parts;
  if (parts.length === 1 && only)
    return only.request.values.subarray(only.from * size, (only.from + only.count) * size);
  const values = new Float32Array(count * size);
  let at = 0;
  for (const { request, from, count: rows } of parts) {
    values.set(request.values.subarray(from * size, (from + rows) * size), at * size);
    at += rows;
  }
  return values;
}
