/** One handler for each call of the protocol: reads the request, asks the provider, writes the reply. */
import type * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type PluginAttach, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as pb from "@pulumi/pulumi/proto/provider_pb";
import { toServiceError } from "./errors";
import {
  type Answer,
  type CheckCall,
  type CheckFailure,
  type DiffCall,
  type DiffResult,
  type PropertyChange,
} from "./provider";
import type { CallSubject, ProviderHost } from "./host";
import { fromStruct, toStruct } from "./struct";

/** The handlers for grpc-js, bound to one host. */
export function handlers(host: ProviderHost): grpc.UntypedServiceImplementation {
  const provider = host.provider;
  return {
    getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    attach: unary((request: PluginAttach) => {
      host.engine.attach(request.getAddress());
      return new Empty();
    }),
    cancel: unary(() => {
      host.cancel();
      return new Empty();
    }),
    getSchema: unary(() => new pb.GetSchemaResponse().setSchema("{}")),
    checkConfig: unary((request: pb.CheckRequest) => checkResponse({ inputs: checkCall(request).news })),
    diffConfig: unary((request: pb.DiffRequest) =>
      host.run(subject(request), async (ctx) =>
        diffResponse(await (provider.diffConfig?.(diffCall(request), ctx) ?? { changes: false })),
      ),
    ),
    configure: unary(() => {
      const response = new pb.ConfigureResponse();
      response.setAcceptsecrets(provider.acceptSecrets ?? true);
      response.setAcceptresources(provider.acceptResources ?? false);
      response.setSupportspreview(true);
      response.setSupportsAutonamingConfiguration(provider.supportsAutonaming ?? false);
      return response;
    }),
    check: unary((request: pb.CheckRequest) =>
      host.run(subject(request), async (ctx) => checkResponse(await provider.check(checkCall(request), ctx))),
    ),
    diff: unary((request: pb.DiffRequest) =>
      host.run(subject(request), async (ctx) => diffResponse(await provider.diff(diffCall(request), ctx))),
    ),
    create: unary((request: pb.CreateRequest) =>
      host.run(subject(request, request.getPreview(), request.getTimeout()), async (ctx) => {
        const made = await provider.create(fromStruct(request.getProperties()), ctx);
        return new pb.CreateResponse().setId(made.id).setProperties(toStruct(made.state));
      }),
    ),
    read: unary((request: pb.ReadRequest) =>
      host.run(subject(request, false, request.getTimeout()), async (ctx) => {
        const found = await provider.read(
          { id: request.getId(), state: fromStruct(request.getProperties()), inputs: fromStruct(request.getInputs()) },
          ctx,
        );
        const response = new pb.ReadResponse();
        if (found === undefined) return response;
        response.setId(found.id).setProperties(toStruct(found.state));
        if (found.inputs !== undefined) response.setInputs(toStruct(found.inputs));
        return response;
      }),
    ),
    update: unary((request: pb.UpdateRequest) =>
      host.run(subject(request, request.getPreview(), request.getTimeout()), async (ctx) =>
        new pb.UpdateResponse().setProperties(toStruct(await provider.update(diffCall(request), ctx))),
      ),
    ),
    delete: unary((request: pb.DeleteRequest) =>
      host.run(subject(request, false, request.getTimeout()), async (ctx) => {
        const state = fromStruct(request.getProperties());
        await provider.delete({ id: request.getId(), state, oldInputs: fromStruct(request.getOldInputs()) }, ctx);
        return new Empty();
      }),
    ),
  };
}

/** A grpc-js handler from an async function. */
function unary<Request, Response>(
  work: (request: Request) => Answer<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    Promise.resolve(call.request)
      .then(work)
      .then(
        (response) => callback(null, response),
        (error: unknown) => callback(toServiceError(error)),
      );
  };
}

interface NamedRequest {
  getUrn(): string;
  getName(): string;
  getType(): string;
}

function subject(request: NamedRequest, preview = false, timeoutSeconds = 0): CallSubject {
  return { urn: request.getUrn(), name: request.getName(), type: request.getType(), preview, timeoutSeconds };
}

function checkCall(request: pb.CheckRequest): CheckCall {
  return {
    olds: request.hasOlds() ? fromStruct(request.getOlds()) : undefined,
    news: fromStruct(request.getNews()),
  };
}

function checkResponse(result: { inputs: object; failures?: CheckFailure[] }): pb.CheckResponse {
  const response = new pb.CheckResponse().setInputs(toStruct(result.inputs));
  for (const failure of result.failures ?? []) {
    response.addFailures(new pb.CheckFailure().setProperty(failure.property).setReason(failure.reason));
  }
  return response;
}

function diffCall(request: pb.DiffRequest | pb.UpdateRequest): DiffCall {
  return {
    id: request.getId(),
    state: fromStruct(request.getOlds()),
    oldInputs: fromStruct(request.getOldInputs()),
    news: fromStruct(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

const changeKinds: Record<PropertyChange, pb.PropertyDiff.Kind> = {
  add: pb.PropertyDiff.Kind.ADD,
  "add-replace": pb.PropertyDiff.Kind.ADD_REPLACE,
  delete: pb.PropertyDiff.Kind.DELETE,
  "delete-replace": pb.PropertyDiff.Kind.DELETE_REPLACE,
  update: pb.PropertyDiff.Kind.UPDATE,
  "update-replace": pb.PropertyDiff.Kind.UPDATE_REPLACE,
};

function diffResponse(result: DiffResult): pb.DiffResponse {
  const { DIFF_SOME, DIFF_NONE, DIFF_UNKNOWN } = pb.DiffResponse.DiffChanges;
  const response = new pb.DiffResponse();
  response.setChanges(result.changes === undefined ? DIFF_UNKNOWN : result.changes ? DIFF_SOME : DIFF_NONE);
  response.setReplacesList(result.replaces ?? []);
  response.setDeletebeforereplace(result.deleteBeforeReplace ?? false);
  response.setDiffsList(result.diffs ?? []);
  if (result.detailed !== undefined) {
    response.setHasdetaileddiff(true);
    for (const [path, change] of Object.entries(result.detailed)) {
      const property = new pb.PropertyDiff();
      property.setKind(changeKinds[change]);
      property.setInputdiff(result.inputDiff ?? false);
      response.getDetaileddiffMap().set(path, property);
    }
  }
  return response;
}
