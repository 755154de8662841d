/** Errors that carry more than a sentence to the engine. */
import { Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { toStruct } from "./struct";

/**
 * The object exists but did not become what it should be. The engine keeps it in the state, shows
 * the reasons, and a later `up` continues with an update instead of making it again.
 */
export class InitializationError extends Error {
  /**
   * @param message what failed, in a sentence
   * @param id the id of the object that exists
   * @param state its properties as they are now
   * @param reasons why it is not ready, one sentence each
   * @param inputs the inputs to keep, where they differ from those asked for
   */
  constructor(
    message: string,
    readonly id: string,
    readonly state: object,
    readonly reasons: readonly string[],
    readonly inputs: object = {},
  ) {
    super(message);
    this.name = "InitializationError";
  }
}

/** The caller ended the operation: `Ctrl-C`, or the engine went away. */
export class CancelledError extends Error {
  constructor(message = "The operation was cancelled.") {
    super(message);
    this.name = "CancelledError";
  }
}

/** What to hand to gRPC for an error. An initialization error takes its details along. */
export function toServiceError(error: unknown): Partial<ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const metadata = new Metadata();
  if (error instanceof InitializationError) {
    const detail = new ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(toStruct(error.state));
    detail.setInputs(toStruct(error.inputs));
    detail.setReasonsList([...error.reasons]);
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const reply = new Status();
    reply.setCode(status.UNKNOWN);
    reply.setMessage(message);
    reply.addDetails(any);
    // gRPC's own place for structured details; Node's library leaves writing it to the caller.
    metadata.add("grpc-status-details-bin", Buffer.from(reply.serializeBinary()));
  }
  const code = error instanceof CancelledError ? status.CANCELLED : status.UNKNOWN;
  return { code, message, details: message, metadata };
}
