/** A bucket of an S3 object store. */
import { isUnknown, type Kind } from "../../base";
import type { Context, DiffResult } from "../../base/provider";
import { changedKeys, replaced, updated } from "../storage/changes";
import {
  connect,
  endpointFault,
  errorCode,
  isUnreachable,
  untilReachable,
  type Connection,
} from "../storage/connection";

export interface BucketInputs extends Connection {
  bucket: string;
  /** Whether deleting the resource deletes the objects in it as well. Default: a bucket that holds any is left alone. */
  forceDestroy?: boolean;
}

export type BucketState = BucketInputs;

const waitSeconds = 90;

/** `kubeflow-stack:storage:Bucket` */
export const bucket: Kind<BucketInputs, BucketState> = {
  type: "kubeflow-stack:storage:Bucket",
  secretOutputs: ["accessKey", "secretKey"],

  check(news) {
    const failures: { property: string; reason: string }[] = [];
    const endpoint = isUnknown(news.endpoint) ? undefined : endpointFault(news.endpoint);
    if (endpoint !== undefined) failures.push({ property: "endpoint", reason: endpoint });
    if (!isUnknown(news.bucket) && !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(news.bucket)) {
      const reason = `"${news.bucket}" is no bucket name; use 3 to 63 lower-case letters, digits, dots and dashes.`;
      failures.push({ property: "bucket", reason });
    }
    return { inputs: news, failures };
  },

  async diff(_id, state, _oldInputs, news): Promise<DiffResult> {
    if (news.bucket !== state.bucket) return replaced("bucket");
    const changed = changedKeys(state, news);
    if (changed.length > 0) return updated(changed);
    return (await exists(news)) ? { changes: false } : updated(["bucket"]);
  },

  async create(inputs, ctx) {
    return { id: inputs.bucket, state: await ensure(inputs, ctx) };
  },

  previewState(inputs) {
    return inputs;
  },

  async read(id, inputs, state) {
    if (inputs === undefined || state === undefined) return undefined;
    return (await exists(state)) ? { id, inputs, state } : undefined;
  },

  async update(_id, _state, _oldInputs, news, ctx) {
    return ensure(news, ctx);
  },

  async delete(_id, state, ctx) {
    const client = connect(state);
    if (!(await client.bucketExists(state.bucket))) return;
    if (state.forceDestroy === true) {
      const names: string[] = [];
      for await (const item of client.listObjectsV2(state.bucket, "", true))
        names.push((item as { name: string }).name);
      ctx.status(`removing ${names.length} objects`);
      if (names.length > 0) await client.removeObjects(state.bucket, names);
    }
    try {
      await client.removeBucket(state.bucket);
    } catch (error) {
      if (errorCode(error) !== "BucketNotEmpty") throw error;
      ctx.log(
        "warning",
        `The bucket ${state.bucket} holds objects and was left where it is; set forceDestroy to have them deleted.`,
      );
    }
  },
};

async function ensure(inputs: BucketInputs, ctx: Context): Promise<BucketState> {
  const client = connect(inputs);
  const make = async (): Promise<void> => {
    if (await client.bucketExists(inputs.bucket)) return;
    await client.makeBucket(inputs.bucket, inputs.region ?? "us-east-1");
  };
  await untilReachable(inputs.endpoint, make, { seconds: ctx.timeoutSeconds || waitSeconds, ...ctx });
  return inputs;
}

/** A store that does not answer has no bucket to show: making sure of it is the next update's work. */
async function exists(state: BucketInputs): Promise<boolean> {
  try {
    return await connect(state).bucketExists(state.bucket);
  } catch (error) {
    if (isUnreachable(error)) return false;
    throw error;
  }
}
