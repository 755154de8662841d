/** Credentials of a workload's own, which reach one prefix of one bucket, and what else is named to be read or written. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isUnknown, type Kind } from "../../base";
import type { Context, DiffResult } from "../../base/provider";
import { Admin, AdminError } from "../storage/admin";
import { changedKeys, replaced, updated } from "../storage/changes";
import {
  connect,
  endpointFault,
  errorCode,
  isUnreachable,
  untilReachable,
  type Connection,
} from "../storage/connection";
import { userPolicy, type Access, type BucketFolder } from "../storage/policy";

export interface BucketUserInputs extends Connection {
  bucket: string;
  /** What the user may reach, without slashes at the ends. Default: the whole bucket. */
  prefix?: string;
  access: Access;
  /** Folders elsewhere that the user may read. */
  alsoReads?: BucketFolder[];
  /** Folders elsewhere that the user may read, write and delete in. */
  alsoWrites?: BucketFolder[];
  userAccessKey: string;
  userSecretKey: string;
}

export type BucketUserState = BucketUserInputs;

const waitSeconds = 90;
const refusedKeys = new Set(["InvalidAccessKeyId", "SignatureDoesNotMatch"]);

/** `kubeflow-stack:storage:BucketUser` */
export const bucketUser: Kind<BucketUserInputs, BucketUserState> = {
  type: "kubeflow-stack:storage:BucketUser",
  secretOutputs: ["accessKey", "secretKey", "userAccessKey", "userSecretKey"],

  check(news) {
    const failures: { property: string; reason: string }[] = [];
    const endpoint = isUnknown(news.endpoint) ? undefined : endpointFault(news.endpoint);
    if (endpoint !== undefined) failures.push({ property: "endpoint", reason: endpoint });
    if (!isUnknown(news.access) && news.access !== "read" && news.access !== "readwrite") {
      failures.push({ property: "access", reason: `"${String(news.access)}" is neither "read" nor "readwrite".` });
    }
    // MinIO's own limits.
    for (const [property, least, most] of [
      ["userAccessKey", 3, 20],
      ["userSecretKey", 8, 40],
    ] as const) {
      const value = news[property];
      if (isUnknown(value) || (value.length >= least && value.length <= most)) continue;
      failures.push({ property, reason: `It has ${value.length} characters; MinIO takes ${least} to ${most}.` });
    }
    return { inputs: news, failures };
  },

  async diff(id, state, _oldInputs, news): Promise<DiffResult> {
    // A new name is a new user, made before the old one goes: whoever still uses that is not cut off.
    if (news.userAccessKey !== state.userAccessKey || isOfOldForm(id, state)) return replaced("userAccessKey");
    const changed = changedKeys(state, news);
    if (changed.length > 0) return updated(changed);
    const drifted = await drift(news);
    return drifted === undefined ? { changes: false } : updated([drifted]);
  },

  async create(inputs, ctx) {
    // An id stands in the state in clear, so it says nothing of the key.
    return { id: ctx.name, state: await ensure(inputs, ctx) };
  },

  previewState(inputs) {
    return inputs;
  },

  async read(id, inputs, state) {
    if (inputs === undefined || state === undefined) return undefined;
    return (await drift(state)) === undefined ? { id, inputs, state } : undefined;
  },

  async update(_id, _state, _oldInputs, news, ctx) {
    return ensure(news, ctx);
  },

  async delete(id, state, ctx) {
    for (const administrator of [state, currentAdministrator.get(state.endpoint)]) {
      try {
        if (administrator !== undefined) return await remove(id, state, new Admin(administrator));
      } catch (error) {
        // What is known of the administrator is as old as this user: another may have been set since.
        if (!(error instanceof AdminError) || !refusedKeys.has(error.code)) throw error;
      }
    }
    ctx.log(
      "warning",
      `MinIO at ${state.endpoint} does not take the administrator's old credentials any more, so the user of ${isOfOldForm(id, state) ? ctx.name : id} was left in it; remove it in MinIO's console.`,
    );
  },
};

/**
 * Who administers each store by now, by its address: a rotation replaces the administrator's key before the users of before are
 * removed, and their state knows the old one only.
 */
const currentAdministrator = new Map<string, Connection>();

async function remove(id: string, state: BucketUserState, admin: Admin): Promise<void> {
  if (!isOfOldForm(id, state)) {
    await admin.removeUser(state.userAccessKey);
    await admin.removePolicy(policyName(state));
    return;
  }
  const user = await admin.user(state.userAccessKey);
  // With another policy it is the user of the new form, which has taken its place.
  if (user?.policyName === oldPolicyName(state)) await admin.removeUser(state.userAccessKey);
  await admin.removePolicy(oldPolicyName(state));
}

/** Whether it is of a state in which ids were access keys, as they were at first. */
const isOfOldForm = (id: string, state: BucketUserState): boolean => id === state.userAccessKey;

const oldPolicyName = ({ userAccessKey }: BucketUserInputs): string => `kubeflow-stack-${userAccessKey}`;

/** One for each user, wherever stacks share a store; a name of a policy is shown to whoever may list them. */
function policyName({ userAccessKey }: BucketUserInputs): string {
  return `kubeflow-stack-${createHash("sha256").update(userAccessKey).digest("hex").slice(0, 16)}`;
}

async function ensure(inputs: BucketUserInputs, ctx: Context): Promise<BucketUserState> {
  const admin = new Admin(inputs);
  const put = async (): Promise<void> => {
    await admin.putPolicy(policyName(inputs), userPolicy(inputs));
    await admin.putUser(inputs.userAccessKey, inputs.userSecretKey);
    await admin.setUserPolicy(inputs.userAccessKey, policyName(inputs));
  };
  await untilReachable(inputs.endpoint, put, { seconds: ctx.timeoutSeconds || waitSeconds, ...ctx });
  currentAdministrator.set(inputs.endpoint, inputs);
  return inputs;
}

/** The property that the store does not hold as declared. All of them are put again then. */
async function drift(inputs: BucketUserInputs): Promise<keyof BucketUserInputs | undefined> {
  const admin = new Admin(inputs);
  try {
    const user = await admin.user(inputs.userAccessKey);
    currentAdministrator.set(inputs.endpoint, inputs);
    if (user === undefined || user.status !== "enabled") return "userAccessKey";
    if (user.policyName !== policyName(inputs)) return "access";
    const policy = await admin.policy(policyName(inputs));
    const wanted = userPolicy(inputs);
    if (!isDeepStrictEqual(canonical(policy), canonical(wanted))) return "access";
    return (await keyWorks(inputs)) ? undefined : "userSecretKey";
  } catch (error) {
    if (isUnreachable(error)) return "endpoint";
    throw error;
  }
}

/** MinIO gives a policy's lists back in an order of its own. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(canonical).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, canonical(item)]));
}

/** Tries the key with the least that every user may do. */
async function keyWorks(inputs: BucketUserInputs): Promise<boolean> {
  const { endpoint, region, userAccessKey, userSecretKey, bucket, prefix } = inputs;
  const client = connect({ endpoint, region, accessKey: userAccessKey, secretKey: userSecretKey });
  try {
    for await (const _ of client.listObjectsV2(bucket, prefix ? `${prefix}/` : "")) break;
    return true;
  } catch (error) {
    if (isUnreachable(error)) throw error;
    return errorCode(error) === "NoSuchBucket";
  }
}
