import type { Hyperparameters } from "../config/hyperparameters";
import type { VariableValues } from "../graph/variables";

/** What one epoch was like. */
export interface EpochResult {
  epoch: number;
  /** Mean loss and share of right answers on the (moved) training images while learning. */
  loss: number;
  accuracy: number;
  /** Share of right answers on the held-out images after it. */
  heldOutAccuracy: number;
  /** Seconds it took. */
  seconds: number;
}

/** How far a training run has come. Everything random follows from the seed, the epoch and the batch. */
export interface Position {
  /** Whole epochs done. */
  epoch: number;
  /** Batches done of the next one. */
  batch: number;
  /** Sums over those batches. */
  loss: number;
  correct: number;
  /** Seconds spent in this epoch, and before it. */
  epochSeconds: number;
  seconds: number;
  history: EpochResult[];
}

/** What a run must have in common with a checkpoint to go on from it. */
export interface Origin {
  hyperparameters: Hyperparameters;
  datasetSha256: string;
}

/** A training run put aside: going on from it ends where the run would have ended. */
export interface Checkpoint extends Position {
  origin: Origin;
  variables: VariableValues;
}

interface TensorEntry {
  dtype: "F32";
  shape: [number];
  data_offsets: [number, number];
}

const LENGTH_BYTES = 8;

/** Writes a checkpoint in the safetensors format, which many tools read: one object, so it is there whole or not at all. */
export function encodeCheckpoint({ variables, ...rest }: Checkpoint): Buffer {
  const header: Record<string, TensorEntry | { state: string }> = { __metadata__: { state: JSON.stringify(rest) } };
  let end = 0;
  for (const [name, { length, byteLength }] of variables) {
    header[name] = { dtype: "F32", shape: [length], data_offsets: [end, end + byteLength] };
    end += byteLength;
  }
  const text = JSON.stringify(header);
  const json = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(json.length));
  const data = [...variables.values()].map(
    (values) => new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return Buffer.concat([length, json, ...data]);
}

/** Reads a checkpoint; throws when the bytes are not one. */
export function decodeCheckpoint(bytes: Buffer): Checkpoint {
  const start = LENGTH_BYTES + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString("utf8", LENGTH_BYTES, start)) as Record<string, TensorEntry> & {
    __metadata__: { state: string };
  };
  const { __metadata__, ...entries } = header;
  const variables: VariableValues = new Map();
  for (const [name, { shape, data_offsets }] of Object.entries(entries)) {
    const [from, to] = data_offsets;
    if (start + to > bytes.length || to - from !== shape[0] * 4) throw new Error("the checkpoint is cut off");
    // A copy, since floats must begin at a multiple of four bytes.
    const copy = new Uint8Array(bytes.subarray(start + from, start + to));
    variables.set(name, new Float32Array(copy.buffer));
  }
  return { ...(JSON.parse(__metadata__.state) as Omit<Checkpoint, "variables">), variables };
}
