/** A version of a model that a training run has put into the object store. */
import { setTimeout } from "node:timers/promises";
import { isUnknown, type Kind } from "../../base";
import type { DiffResult } from "../../base/provider";
import { changedKeys, replaced, updated } from "../storage/changes";
import { isUnreachable, untilReachable, type Connection } from "../storage/connection";
import { metricsName, readMetrics, type ModelMetrics } from "../storage/modelMetrics";

export interface ModelVersionInputs extends Connection {
  bucket: string;
  /** The folder of the model's versions. */
  prefix: string;
  version: string;
}

export interface ModelVersionState extends ModelVersionInputs, ModelMetrics {
  /** Where the model is, as KServe's `storageUri`. */
  uri: string;
}

/** The training run has ended when this is asked; what is left to wait for is the store. */
const waitSeconds = 60;

/** `kubeflow-stack:storage:ModelVersion` */
export const modelVersion: Kind<ModelVersionInputs, ModelVersionState> = {
  type: "kubeflow-stack:storage:ModelVersion",
  secretOutputs: ["accessKey", "secretKey"],

  async diff(_id, state, oldInputs, news): Promise<DiffResult> {
    const changed = changedKeys(oldInputs, news);
    const identity = changed.filter((key) => key === "version" || key === "prefix" || key === "bucket");
    if (identity.length > 0) return replaced(...identity);
    if (changed.length > 0) return updated(changed);
    const found = await lookUp(news);
    return found !== undefined && found.trainedAt === state.trainedAt ? { changes: false } : updated(["version"]);
  },

  async create(inputs, ctx) {
    const state = await find(inputs, ctx);
    return { id: state.uri, state };
  },

  previewState(inputs, old) {
    const { bucket, prefix, version } = inputs;
    if ([bucket, prefix, version].some(isUnknown)) return inputs;
    // Credentials change without the model changing.
    const known = old?.version === version && old.bucket === bucket && old.prefix === prefix ? old : {};
    return { ...known, ...inputs, uri: uriOf(inputs) };
  },

  async read(id, inputs, state) {
    if (inputs === undefined || state === undefined) return undefined;
    const found = await lookUp(inputs);
    return found && { id, inputs, state: { ...inputs, ...found, uri: uriOf(inputs) } };
  },

  async update(_id, _state, _oldInputs, news, ctx) {
    return find(news, ctx);
  },

  async delete() {
    // Models are data: they stay, so that going back to one needs no training.
  },
};

function uriOf({ bucket, prefix, version }: ModelVersionInputs): string {
  return `s3://${bucket}/${metricsName(prefix, version).replace(/\/metrics\.json$/, "")}`;
}

async function find(
  inputs: ModelVersionInputs,
  ctx: { timeoutSeconds: number; signal: AbortSignal; status(text: string): void },
): Promise<ModelVersionState> {
  const { bucket, prefix, version } = inputs;
  const seconds = ctx.timeoutSeconds || waitSeconds;
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const ask = (): Promise<ModelMetrics | undefined> => readMetrics(inputs, bucket, prefix, version);
    const found = await untilReachable(inputs.endpoint, ask, { ...ctx, seconds });
    const where = `${bucket}/${metricsName(prefix, version)}`;
    if (found !== undefined) {
      if (found.version === version) return { ...inputs, ...found, uri: uriOf(inputs) };
      throw new Error(
        `${where} says it is of version ${found.version}; remove that folder, and the model is trained again.`,
      );
    }
    if (Date.now() > end) {
      throw new Error(
        `There is no ${where}: no training run of this version has ended well; see the training Job's log, and delete the Job to have it run again.`,
      );
    }
    ctx.status(`waiting for ${where}`);
    await setTimeout(2000, undefined, { signal: ctx.signal });
  }
}

/** A store that does not answer shows no model. */
async function lookUp(inputs: ModelVersionInputs): Promise<ModelMetrics | undefined> {
  try {
    return await readMetrics(inputs, inputs.bucket, inputs.prefix, inputs.version);
  } catch (error) {
    if (isUnreachable(error)) return undefined;
    throw error;
  }
}
