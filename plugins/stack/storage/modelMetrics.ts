/** What a training run left beside its model. */
import { text } from "node:stream/consumers";
import { z } from "zod";
import { connect, errorCode, type Connection } from "./connection";

const metricsSchema = z.looseObject({
  version: z.string(),
  accuracy: z.number().min(0).max(1),
  loss: z.number().optional(),
  epochs: z.number().optional(),
  seconds: z.number().optional(),
});

export interface ModelMetrics {
  version: string;
  accuracy: number;
  loss?: number;
  epochs?: number;
  seconds?: number;
  /** When the model was finished, in ISO 8601. */
  trainedAt: string;
}

/**
 * Reads `<prefix>/<version>/metrics.json`, the last file that a training run writes.
 *
 * @returns `undefined` when it is not there (yet).
 * @throws Error when it is not what a training run writes.
 */
export async function readMetrics(
  connection: Connection,
  bucket: string,
  prefix: string,
  version: string,
): Promise<ModelMetrics | undefined> {
  const client = connect(connection);
  const name = metricsName(prefix, version);
  try {
    const { lastModified } = await client.statObject(bucket, name);
    const content = await text(await client.getObject(bucket, name));
    const parsed = metricsSchema.safeParse(parseJson(content));
    if (!parsed.success) {
      throw new Error(`${bucket}/${name} is not what a training run writes: ${z.prettifyError(parsed.error)}`);
    }
    const { accuracy, loss, epochs, seconds } = parsed.data;
    return {
      version: parsed.data.version,
      accuracy,
      ...(loss !== undefined && { loss }),
      ...(epochs !== undefined && { epochs }),
      ...(seconds !== undefined && { seconds }),
      trainedAt: lastModified.toISOString(),
    };
  } catch (error) {
    if (["NotFound", "NoSuchKey", "NoSuchBucket"].includes(errorCode(error))) return undefined;
    throw error;
  }
}

/** Where a version's metrics are. */
export function metricsName(prefix: string, version: string): string {
  return [...prefix.split("/").filter(Boolean), version, "metrics.json"].join("/");
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}
