import type { IncomingMessage } from "node:http";
import { bad, ProtocolError } from "./errors";

/**
 * Reads a request's body, at most `limit` bytes of it.
 * @throws ProtocolError 413 when it is larger; the caller answers that and lets the rest go by.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = (): ProtocolError =>
    new ProtocolError(413, `The body is larger than ${limit} bytes: send fewer instances at a time.`);
  return new Promise((resolve, reject) => {
    if (Number(request.headers["content-length"] ?? 0) > limit) return reject(tooLarge());
    const chunks: Buffer[] = [];
    let length = 0;
    const onData = (chunk: Buffer): void => {
      length += chunk.length;
      if (length <= limit) return void chunks.push(chunk);
      request.off("data", onData);
      reject(tooLarge());
    };
    request
      .on("data", onData)
      .on("end", () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)))
      // Nobody is left to read this; it is for the count of requests.
      .on("error", () => reject(bad("The request was cut off.")))
      .on("close", () => reject(bad("The request was cut off.")));
  });
}

/** Reads a body as JSON. */
export function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch (error) {
    throw bad(`The body is not JSON: ${(error as Error).message}`);
  }
}
