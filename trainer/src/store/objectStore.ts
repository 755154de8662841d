import { buffer } from "node:stream/consumers";
import { Client, S3Error } from "minio";

/** Where an object store is, and who asks. */
export interface ObjectStoreOptions {
  /** Address, such as `http://minio-service.kubeflow:9000`. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
  bucket: string;
  region: string;
}

/** A trouble with the object store that may pass: running again makes sense. */
export class ObjectStoreError extends Error {
  override readonly name = "ObjectStoreError";
}

/**
 * For a store that answers, and says that it is starting or busy: 8 tries more, the waits between them doubling up to 8 s.
 * One that refuses connections ends the run; the Job's next one goes on from the last checkpoint.
 */
const RETRIES = { maximumRetryCount: 8, baseDelayMs: 250, maximumDelayMs: 8000 };

/** One bucket of an S3 object store. Requests to a store that says it is starting or busy are repeated. */
export class ObjectStore {
  readonly #client: Client;
  readonly #options: ObjectStoreOptions;

  constructor(options: ObjectStoreOptions) {
    const { protocol, hostname, port } = new URL(options.endpoint);
    this.#options = options;
    this.#client = new Client({
      endPoint: hostname,
      ...(port && { port: Number(port) }),
      useSSL: protocol === "https:",
      accessKey: options.accessKey,
      secretKey: options.secretKey,
      region: options.region,
      pathStyle: true,
      retryOptions: RETRIES,
    });
  }

  /** Reads an object of this bucket (or of another one there), or undefined if there is none. */
  async get(key: string, bucket = this.#options.bucket): Promise<Buffer | undefined> {
    return this.#attempt(`read ${bucket}/${key}`, async () => {
      try {
        return await buffer(await this.#client.getObject(bucket, key));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    });
  }

  /** Writes an object whole: a reader sees the old one or the new one. */
  async put(key: string, bytes: Buffer, contentType: string): Promise<void> {
    await this.#attempt(`write ${this.#options.bucket}/${key}`, () =>
      this.#client.putObject(this.#options.bucket, key, bytes, bytes.length, { "Content-Type": contentType }),
    );
  }

  /** Removes an object; nothing happens if there is none. */
  async remove(key: string): Promise<void> {
    await this.#attempt(`remove ${this.#options.bucket}/${key}`, () =>
      this.#client.removeObject(this.#options.bucket, key),
    );
  }

  async #attempt<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const reason = error instanceof S3Error ? `${error.code}: ${error.message}` : describe(error);
      throw new ObjectStoreError(`The object store at ${this.#options.endpoint} did not let me ${what} (${reason}).`, {
        cause: error,
      });
    }
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof S3Error && (error.code === "NoSuchKey" || error.code === "NotFound");

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
