/** Recordings of an official plugin, and its calls put to a plugin of ours. */
import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Provider } from "../../../plugins/base";
import { ProviderHost } from "../../../plugins/base/host";
import { listen } from "../../../plugins/base/server";

type Json = Record<string, unknown>;

/** One recorded call. */
export interface RecordedCall {
  method: string;
  request: Json;
  response?: Json;
  errors?: string[];
}

/** The calls of one recording, in the order in which they ended. */
export function recordedCalls(name: string): RecordedCall[] {
  return readFileSync(join(__dirname, "../../fixtures", `${name}.jsonl`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as RecordedCall);
}

/** A provider served in this process, and asked as the engine would. */
export class ServedProvider {
  private constructor(
    private readonly host: ProviderHost,
    private readonly server: grpc.Server,
    private readonly client: ResourceProviderClient,
  ) {}

  static async start(provider: Provider): Promise<ServedProvider> {
    const host = new ProviderHost(provider);
    const { server, port } = await listen(host);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return new ServedProvider(host, server, client);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.host.stop();
    this.server.forceShutdown();
  }

  /** Puts a recorded request to the provider and returns the answer in the recordings' own form. */
  async call(method: string, request: Json): Promise<Json> {
    switch (method) {
      case "Handshake":
        return this.unary<pb.ProviderHandshakeResponse>("handshake", new pb.ProviderHandshakeRequest()).then(
          () => ({}),
        );
      case "GetPluginInfo":
        return { version: (await this.unary<{ getVersion(): string }>("getPluginInfo", new Empty())).getVersion() };
      case "Cancel":
        return this.unary("cancel", new Empty()).then(() => ({}));
      case "Configure":
        return configured(await this.unary<pb.ConfigureResponse>("configure", configureRequest(request)));
      case "CheckConfig":
      case "Check":
        return checked(await this.unary<pb.CheckResponse>(camel(method), checkRequest(request)));
      case "DiffConfig":
      case "Diff":
        return diffed(await this.unary<pb.DiffResponse>(camel(method), diffRequest(request)));
      case "Create":
        return made(await this.unary<pb.CreateResponse>("create", createRequest(request)));
      case "Read":
        return made(await this.unary<pb.ReadResponse>("read", readRequest(request)));
      case "Update":
        return made(await this.unary<pb.UpdateResponse>("update", updateRequest(request)));
      case "Delete":
        return this.unary("delete", deleteRequest(request)).then(() => ({}));
      default:
        throw new Error(`The recording has a call ${method}, which the replay does not know.`);
    }
  }

  private unary<Response>(name: string, request: object): Promise<Response> {
    type Call = (request: object, done: (error: grpc.ServiceError | null, response: Response) => void) => void;
    const methods = this.client as unknown as Record<string, Call>;
    return new Promise((fulfil, reject) => {
      methods[name]?.call(this.client, request, (error, response) =>
        error === null ? fulfil(response) : reject(error),
      );
    });
  }
}

const camel = (method: string): string => method.charAt(0).toLowerCase() + method.slice(1);
const text = (request: Json, key: string): string => (typeof request[key] === "string" ? request[key] : "");
const struct = (request: Json, key: string): Struct | undefined =>
  request[key] === undefined ? undefined : Struct.fromJavaScript(request[key] as Record<string, JavaScriptValue>);

function named<M extends { setUrn(v: string): M; setName(v: string): M; setType(v: string): M }>(
  message: M,
  from: Json,
): M {
  return message.setUrn(text(from, "urn")).setName(text(from, "name")).setType(text(from, "type"));
}

function configureRequest(from: Json): pb.ConfigureRequest {
  const message = new pb.ConfigureRequest();
  message.setArgs(struct(from, "args"));
  message.setAcceptsecrets(true);
  for (const [key, value] of Object.entries((from["variables"] ?? {}) as Record<string, string>)) {
    message.getVariablesMap().set(key, value);
  }
  return message;
}

function checkRequest(from: Json): pb.CheckRequest {
  const message = named(new pb.CheckRequest(), from);
  message.setOlds(struct(from, "olds")).setNews(struct(from, "news"));
  message.setRandomseed(text(from, "randomSeed"));
  return message;
}

function diffRequest(from: Json): pb.DiffRequest {
  const message = named(new pb.DiffRequest(), from).setId(text(from, "id"));
  message.setOlds(struct(from, "olds")).setNews(struct(from, "news")).setOldInputs(struct(from, "oldInputs"));
  message.setIgnorechangesList(ignored(from));
  return message;
}

const ignored = (from: Json): string[] =>
  Array.isArray(from["ignoreChanges"]) ? (from["ignoreChanges"] as string[]) : [];
const timeout = (from: Json): number => (typeof from["timeout"] === "number" ? from["timeout"] : 0);

function createRequest(from: Json): pb.CreateRequest {
  const message = named(new pb.CreateRequest(), from).setPreview(from["preview"] === true);
  return message.setProperties(struct(from, "properties")).setTimeout(timeout(from));
}

function readRequest(from: Json): pb.ReadRequest {
  const message = named(new pb.ReadRequest(), from).setId(text(from, "id"));
  return message.setProperties(struct(from, "properties")).setInputs(struct(from, "inputs"));
}

function updateRequest(from: Json): pb.UpdateRequest {
  const message = named(new pb.UpdateRequest(), from)
    .setId(text(from, "id"))
    .setPreview(from["preview"] === true);
  message.setIgnorechangesList(ignored(from));
  message.setTimeout(timeout(from));
  return message.setOlds(struct(from, "olds")).setNews(struct(from, "news")).setOldInputs(struct(from, "oldInputs"));
}

function deleteRequest(from: Json): pb.DeleteRequest {
  const message = named(new pb.DeleteRequest(), from).setId(text(from, "id"));
  message.setTimeout(timeout(from));
  return message.setProperties(struct(from, "properties")).setOldInputs(struct(from, "oldInputs"));
}

function configured(message: pb.ConfigureResponse): Json {
  return present({
    acceptSecrets: message.getAcceptsecrets(),
    acceptResources: message.getAcceptresources(),
    supportsPreview: message.getSupportspreview(),
    supportsAutonamingConfiguration: message.getSupportsAutonamingConfiguration(),
  });
}

function checked(message: pb.CheckResponse): Json {
  const failures = message.getFailuresList().map((failure) => failure.toObject());
  return { inputs: message.getInputs()?.toJavaScript() ?? {}, ...(failures.length > 0 ? { failures } : {}) };
}

const CHANGES = ["", "DIFF_NONE", "DIFF_SOME"];
const KINDS = ["", "ADD_REPLACE", "DELETE", "DELETE_REPLACE", "UPDATE", "UPDATE_REPLACE"];

function diffed(message: pb.DiffResponse): Json {
  const detailed: Json = {};
  message.getDetaileddiffMap().forEach((diff, path) => {
    detailed[path] = present({ kind: KINDS[diff.getKind()], inputDiff: diff.getInputdiff() });
  });
  return present({
    changes: CHANGES[message.getChanges()],
    deleteBeforeReplace: message.getDeletebeforereplace(),
    detailedDiff: detailed,
    diffs: message.getDiffsList(),
    hasDetailedDiff: message.getHasdetaileddiff(),
    replaces: message.getReplacesList(),
  });
}

/** The answer of a call that ends in the state of a resource. */
function made(message: pb.CreateResponse | pb.ReadResponse | pb.UpdateResponse): Json {
  return present({
    id: "getId" in message ? message.getId() : "",
    properties: message.getProperties()?.toJavaScript(),
    inputs: "getInputs" in message ? message.getInputs()?.toJavaScript() : undefined,
  });
}

/** As the recordings are written: what is empty, false or not there is left out. */
function present(fields: Json): Json {
  const isAbsent = (value: unknown): boolean =>
    value === undefined ||
    value === "" ||
    value === false ||
    (Array.isArray(value) && value.length === 0) ||
    (typeof value === "object" && value !== null && Object.keys(value).length === 0);
  return Object.fromEntries(
    Object.entries(fields).filter(([key, value]) => !isAbsent(value) || (key === "inputs" && value !== undefined)),
  );
}
