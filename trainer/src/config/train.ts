import { z } from "zod";
import { check, ConfigurationError, type Fault } from "./faults";
import { type Hyperparameters, hyperparameters } from "./hyperparameters";

/** The files of the full data set, under the names they were published with. */
export const IDX_FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

const required = (remedy: string) => z.string({ error: remedy }).min(1, { error: remedy });

const url = (remedy: string) =>
  required(remedy).refine((text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text), { error: remedy });

const name = (remedy: string) =>
  z.string({ error: remedy }).regex(/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/, { error: remedy });

const SHA256 = /^[0-9a-f]{64}$/;

const environment = z.object({
  S3_ENDPOINT: url("give the object store's address, such as http://minio-service.kubeflow:9000"),
  S3_ACCESS_KEY: required("give the object store's access key, from a Secret"),
  S3_SECRET_KEY: required("give the object store's secret key, from a Secret"),
  S3_BUCKET: name("give a bucket's name").default("mlpipeline"),
  S3_REGION: required("give the bucket's region").default("us-east-1"),
  MODEL_PREFIX: z
    .string()
    .regex(/^[\w.-]+(\/[\w.-]+)*$/, { error: "give a folder of the bucket, without a slash at either end" })
    .default("digits"),
  MODEL_VERSION: name("give the version's name: 1 to 63 of a-z, 0-9, dot and dash"),
  DATASET: z
    .string()
    .regex(/^(embedded|s3:\/\/[^/]+\/.+|https?:\/\/[^/]+.*|file:\/\/\/.+)$/, {
      error: `give "embedded", or the s3://, http:// or https:// address of the folder that holds ${IDX_FILES.join(", ")}`,
    })
    .default("embedded"),
  PROGRESS: z.enum(["plain", "json"], { error: 'give "plain" or "json"' }).default("plain"),
});

const checksums = z.record(
  z.string(),
  z.string({ error: "give the file's SHA-256 in hex" }).regex(SHA256, { error: "give the file's SHA-256 in hex" }),
  { error: "give a JSON object of file names and their SHA-256 in hex" },
);

/** What a training run needs to know. */
export interface TrainConfig {
  store: { endpoint: string; accessKey: string; secretKey: string; bucket: string; region: string };
  /** The folder of the bucket that the model is written to. */
  folder: string;
  version: string;
  hyperparameters: Hyperparameters;
  dataset: "embedded" | { folder: string; sha256: Record<string, string> };
  progress: "plain" | "json";
}

/**
 * Reads the configuration of a training run from the environment.
 * @throws ConfigurationError with all its faults.
 */
export function readTrainConfig(env: Readonly<Record<string, string | undefined>>): TrainConfig {
  const faults: Fault[] = [];
  const take = <T>(result: { value: T } | { faults: Fault[] }): T | undefined => {
    if ("value" in result) return result.value;
    faults.push(...result.faults);
    return undefined;
  };
  // An empty variable is how a manifest says that there is none.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ""));
  const settings = take(check(environment, set));
  const parameters = take(fromJson("HYPERPARAMETERS", env["HYPERPARAMETERS"] || "{}", hyperparameters));
  const embedded = (set["DATASET"] ?? "embedded") === "embedded";
  const sha256 = embedded ? {} : take(fromJson("DATASET_SHA256", env["DATASET_SHA256"] || "{}", checksums));
  // A data set that is nowhere has no files to be missed.
  if (sha256 && !embedded && !faults.some(({ key }) => key === "DATASET"))
    for (const file of IDX_FILES.filter((each) => !fileIn(sha256, each)))
      faults.push({
        key: `DATASET_SHA256.${file}`,
        value: "not set",
        remedy: "give the file's SHA-256 in hex, under its name as it is stored (.gz or not)",
      });
  if (!settings || !parameters || !sha256 || faults.length > 0) throw new ConfigurationError(faults);
  return {
    store: {
      endpoint: settings.S3_ENDPOINT,
      accessKey: settings.S3_ACCESS_KEY,
      secretKey: settings.S3_SECRET_KEY,
      bucket: settings.S3_BUCKET,
      region: settings.S3_REGION,
    },
    folder: `${settings.MODEL_PREFIX}/${settings.MODEL_VERSION}`,
    version: settings.MODEL_VERSION,
    hyperparameters: parameters,
    dataset: embedded ? "embedded" : { folder: settings.DATASET.replace(/\/+$/, ""), sha256 },
    progress: settings.PROGRESS,
  };
}

/** The name under which one of the files is stored, compressed or not, if its checksum is given. */
export const fileIn = (sha256: Record<string, string>, file: string): string | undefined =>
  [file, `${file}.gz`].find((name) => sha256[name] !== undefined);

function fromJson<T>(key: string, text: string, schema: z.ZodType<T>): { value: T } | { faults: Fault[] } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return { faults: [{ key, value: JSON.stringify(text.slice(0, 120)), remedy: "give valid JSON" }] };
  }
  const result = check(schema, parsed, `${key}.`);
  return result;
}
