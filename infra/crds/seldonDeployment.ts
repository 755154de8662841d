import type * as pulumi from "@pulumi/pulumi";
import type { Container, NamespacedMetadata, PodSpec, TextMap } from "./metadata";
import { TypedResource } from "./typedResource";

/** A step of an inference graph: a model, or what stands before, between or behind models. */
export interface PredictiveUnit {
  /** Also the name of its container, where a container of ours serves it. */
  readonly name: pulumi.Input<string>;
  /** What it does. Default: what its `implementation` does. */
  readonly type?: pulumi.Input<"MODEL" | "ROUTER" | "COMBINER" | "TRANSFORMER" | "OUTPUT_TRANSFORMER">;
  /** A server that Seldon brings: `SKLEARN_SERVER`, `XGBOOST_SERVER`, `TENSORFLOW_SERVER`, `MLFLOW_SERVER`, `TRITON_SERVER`, … */
  readonly implementation?: pulumi.Input<string>;
  /** Where the model lies, as in `s3://mlpipeline/iris`. */
  readonly modelUri?: pulumi.Input<string>;
  /** A Secret with what fetching the model needs, as rclone takes it from its environment. */
  readonly envSecretRefName?: pulumi.Input<string>;
  /** The account whose Secrets let the model be fetched. */
  readonly serviceAccountName?: pulumi.Input<string>;
  /** The image that fetches the model. Default: Seldon's. */
  readonly storageInitializerImage?: pulumi.Input<string>;
  /** Settings of the server; values are texts, whatever their type. */
  readonly parameters?: readonly {
    readonly name: pulumi.Input<string>;
    readonly value: pulumi.Input<string>;
    readonly type: pulumi.Input<"INT" | "FLOAT" | "DOUBLE" | "STRING" | "BOOL">;
  }[];
  readonly endpoint?: {
    readonly type?: pulumi.Input<"REST" | "GRPC">;
    readonly httpPort?: pulumi.Input<number>;
    readonly grpcPort?: pulumi.Input<number>;
  };
  /** Sends what comes and goes to an address, as CloudEvents. */
  readonly logger?: {
    readonly url?: pulumi.Input<string>;
    readonly mode?: pulumi.Input<"all" | "request" | "response">;
  };
  /** What gets its result, or what it chooses from or combines. */
  readonly children?: readonly PredictiveUnit[];
}

/** One version of the graph; several share the requests. */
export interface SeldonPredictor {
  readonly name: pulumi.Input<string>;
  readonly graph: PredictiveUnit;
  /** Pods for the graph's steps: what they say of a container is laid over what Seldon makes of the step of that name. */
  readonly componentSpecs?: readonly {
    readonly metadata?: { readonly labels?: TextMap; readonly annotations?: TextMap };
    readonly spec?: PodSpec;
    /** Default: the predictor's. */
    readonly replicas?: pulumi.Input<number>;
  }[];
  /** Default: the deployment's. */
  readonly replicas?: pulumi.Input<number>;
  /** Its share of the requests, per cent; all of them come to 100. */
  readonly traffic?: pulumi.Input<number>;
  /** Whether it gets a copy of the requests and its answers are thrown away. Default: no. */
  readonly shadow?: pulumi.Input<boolean>;
  /** The container that leads requests through the graph. */
  readonly svcOrchSpec?: {
    readonly env?: Container["env"];
    readonly resources?: Container["resources"];
    readonly replicas?: pulumi.Input<number>;
  };
  readonly labels?: TextMap;
  readonly annotations?: TextMap;
}

export interface SeldonDeploymentArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    readonly predictors: readonly SeldonPredictor[];
    /** What clients speak. Default `seldon`. */
    readonly protocol?: pulumi.Input<"seldon" | "tensorflow" | "v2">;
    /** Default: both. */
    readonly transport?: pulumi.Input<"rest" | "grpc">;
    /** Where requests come from. Default `rpc`. */
    readonly serverType?: pulumi.Input<"rpc" | "kafka">;
    /** Pods of each predictor. Default 1. */
    readonly replicas?: pulumi.Input<number>;
    readonly annotations?: TextMap;
  };
}

/**
 * Models behind one address, as a graph (Seldon Core 1). Created when it is Ready.
 *
 * Seldon Core is under the Business Source License since 22 January 2024: use in production needs a licence of Seldon's, so no profile brings
 * it; an InferenceService with the MLServer or sklearn runtime is the free way. Its operator and CRD are in no registry of packages, so this
 * is checked against the models of Seldon's own Python client (seldon-deploy-sdk), which come from the API's Go types.
 */
export class SeldonDeployment extends TypedResource {
  constructor(name: string, args: SeldonDeploymentArgs, opts?: pulumi.CustomResourceOptions) {
    const api = { apiVersion: "machinelearning.seldon.io/v1", kind: "SeldonDeployment", readyWhen: "Ready" };
    super(api, name, args, opts);
  }
}
