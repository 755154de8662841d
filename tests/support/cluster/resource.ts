/** One resource, driven through a served provider the way the engine drives it: check, then create, update, read, delete. */
import type * as grpc from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { ServedProvider } from "../plugins/traces";

type Json = Record<string, unknown>;

/** What the engine keeps of an object that exists but did not become ready. */
export interface InitFailure {
  id: string;
  state: Json;
  reasons: string[];
  message: string;
}

/** Reads what an error brings along; `undefined` for one that is just an error. */
export function initFailure(error: unknown): InitFailure | undefined {
  const { metadata, details } = error as grpc.ServiceError;
  const [bytes] = metadata?.get("grpc-status-details-bin") ?? [];
  if (!Buffer.isBuffer(bytes)) return undefined;
  const [any] = Status.deserializeBinary(bytes).getDetailsList();
  const failed = ErrorResourceInitFailed.deserializeBinary(any?.getValue_asU8() ?? new Uint8Array());
  return {
    id: failed.getId(),
    state: failed.getProperties()?.toJavaScript() ?? {},
    reasons: failed.getReasonsList(),
    message: details,
  };
}

/** Options the engine may send with an operation. */
export interface Extra {
  timeout?: number;
  ignoreChanges?: string[];
  preview?: boolean;
}

export class DrivenResource {
  id = "";
  state: Json = {};
  inputs: Json = {};

  /** @param type the type token, such as `kubernetes:apps/v1:Deployment` */
  constructor(
    private readonly provider: ServedProvider,
    private readonly type: string,
    private readonly name: string,
  ) {}

  private get subject(): Json {
    return { urn: `urn:pulumi:dev::tests::${this.type}::${this.name}`, name: this.name, type: this.type };
  }

  async check(news: Json): Promise<Json> {
    const olds = Object.keys(this.inputs).length > 0 ? this.inputs : undefined;
    const answer = await this.provider.call("Check", { ...this.subject, olds, news, randomSeed: "c2VlZA==" });
    return answer["inputs"] as Json;
  }

  async create(news: Json, extra: Extra = {}): Promise<Json> {
    const inputs = await this.check(news);
    const made = await this.provider
      .call("Create", { ...this.subject, properties: inputs, ...extra })
      .catch((error: unknown) => this.keepFailed(error, inputs));
    if (extra.preview !== true) this.keep(String(made["id"]), made["properties"] as Json, inputs);
    return made["properties"] as Json;
  }

  async diff(news: Json, extra: Extra = {}): Promise<Json> {
    return this.provider.call("Diff", { ...this.subject, ...this.before, news: await this.check(news), ...extra });
  }

  async update(news: Json, extra: Extra = {}): Promise<Json> {
    const inputs = await this.check(news);
    const updated = await this.provider
      .call("Update", { ...this.subject, ...this.before, news: inputs, ...extra })
      .catch((error: unknown) => this.keepFailed(error, inputs));
    if (extra.preview !== true) this.keep(this.id, updated["properties"] as Json, inputs);
    return updated["properties"] as Json;
  }

  /** Reads by what is known, or by an id alone as an import does. Empty when it is gone. */
  async read(id?: string): Promise<Json> {
    const known = id === undefined ? { id: this.id, properties: this.state, inputs: this.inputs } : { id };
    return this.provider.call("Read", { ...this.subject, ...known });
  }

  async delete(extra: Extra = {}): Promise<void> {
    await this.provider.call("Delete", {
      ...this.subject,
      id: this.id,
      properties: this.state,
      oldInputs: this.inputs,
      ...extra,
    });
  }

  private get before(): Json {
    return { id: this.id, olds: this.state, oldInputs: this.inputs };
  }

  private keep(id: string, state: Json, inputs: Json): void {
    [this.id, this.state, this.inputs] = [id, state, inputs];
  }

  /** Like the engine: what exists is kept, ready or not; then the error goes on. */
  private keepFailed(error: unknown, inputs: Json): never {
    const failure = initFailure(error);
    if (failure !== undefined) this.keep(failure.id, failure.state, inputs);
    throw error;
  }
}

/** The error of a call that is expected to fail. */
export async function failureOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error("It was expected to fail, but did not.");
}
