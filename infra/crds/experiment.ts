import type * as pulumi from "@pulumi/pulumi";
import type { Container, NamespacedMetadata, TextMap } from "./metadata";
import { TypedResource } from "./typedResource";

/** A setting of an algorithm; its value is a text, numbers too. */
export interface AlgorithmSetting {
  readonly name: pulumi.Input<string>;
  readonly value: pulumi.Input<string>;
}

/** A hyper-parameter and the values it may take; all values are texts, numbers too. */
export interface ExperimentParameter {
  readonly name: pulumi.Input<string>;
  readonly parameterType: pulumi.Input<"double" | "int" | "discrete" | "categorical">;
  readonly feasibleSpace: {
    /** For `double` and `int`. */
    readonly min?: pulumi.Input<string>;
    /** For `double` and `int`. */
    readonly max?: pulumi.Input<string>;
    /** The distance of neighbouring values; the grid algorithm needs it for `double`. */
    readonly step?: pulumi.Input<string>;
    /** For `double` and `int`. Default: all values are as likely. */
    readonly distribution?: pulumi.Input<"uniform" | "logUniform" | "normal" | "logNormal">;
    /** For `discrete` and `categorical`. */
    readonly list?: readonly pulumi.Input<string>[];
  };
}

/** What is to be best. */
export interface ExperimentObjective {
  readonly type: pulumi.Input<"minimize" | "maximize">;
  readonly objectiveMetricName: pulumi.Input<string>;
  /** The experiment ends when it is reached. Default: it ends with `maxTrialCount`. */
  readonly goal?: pulumi.Input<number>;
  /** Metrics to keep beside it. */
  readonly additionalMetricNames?: readonly pulumi.Input<string>[];
  /** Which of a metric's values counts. Default: the best, of additional metrics the latest. */
  readonly metricStrategies?: readonly {
    readonly name: pulumi.Input<string>;
    readonly value: pulumi.Input<"min" | "max" | "latest">;
  }[];
}

/** Where metrics come from. */
export interface MetricsCollector {
  readonly collector: {
    /** Default `StdOut`. `Push` is for trials that report by themselves. */
    readonly kind: pulumi.Input<"StdOut" | "File" | "TensorFlowEvent" | "PrometheusMetric" | "Custom" | "Push">;
    /** For kind `Custom`. */
    readonly customCollector?: Container;
  };
  readonly source?: {
    readonly fileSystemPath?: {
      /** Default `/var/log/katib/metrics.log`, for kind `TensorFlowEvent` `/var/log/katib/tfevent/`. */
      readonly path: pulumi.Input<string>;
      /** `Directory` for kind `TensorFlowEvent`. */
      readonly kind: pulumi.Input<"File" | "Directory">;
      /** Default `TEXT`: lines with `NAME=VALUE`. */
      readonly format?: pulumi.Input<"TEXT" | "JSON">;
    };
    /** For kind `PrometheusMetric`. */
    readonly httpGet?: { readonly path: pulumi.Input<string>; readonly port: pulumi.Input<number> };
    /** RE2 expressions with two groups, a metric's name and its value. */
    readonly filter?: { readonly metricsFormat: readonly pulumi.Input<string>[] };
  };
}

/** What one trial is. */
export interface TrialTemplate {
  /** A Job, TFJob or TrainJob, with `${trialParameters.NAME}` where a value goes. */
  readonly trialSpec: Readonly<Record<string, unknown>>;
  /** What is put into `trialSpec`. */
  readonly trialParameters: readonly {
    readonly name: pulumi.Input<string>;
    /** The experiment's parameter, or `${trialSpec.Name}`, `${trialSpec.Namespace}` and their like. */
    readonly reference: pulumi.Input<string>;
    readonly description?: pulumi.Input<string>;
  }[];
  /** The container that trains, whose metrics are collected. Default `training-container`. */
  readonly primaryContainerName?: pulumi.Input<string>;
  /** Which of a trial's pods have metrics, by label. Default: all. */
  readonly primaryPodLabels?: TextMap;
  /** When a trial has succeeded, as a GJSON path. Default: as Jobs and Kubeflow's own jobs say it. */
  readonly successCondition?: pulumi.Input<string>;
  /** When a trial has failed, as a GJSON path. Default: as Jobs and Kubeflow's own jobs say it. */
  readonly failureCondition?: pulumi.Input<string>;
  /** Whether trials' objects stay when they have ended. Default: no. */
  readonly retain?: pulumi.Input<boolean>;
}

export interface ExperimentArgs {
  readonly metadata: NamespacedMetadata;
  readonly spec: {
    readonly objective: ExperimentObjective;
    readonly parameters: readonly ExperimentParameter[];
    readonly algorithm: {
      /** `random`, `grid`, `tpe`, `multivariate-tpe`, `bayesianoptimization`, `hyperband`, `cmaes`, `sobol`, `pbt`, … */
      readonly algorithmName: pulumi.Input<string>;
      readonly algorithmSettings?: readonly AlgorithmSetting[];
    };
    readonly earlyStopping?: {
      readonly algorithmName: pulumi.Input<"medianstop">;
      readonly algorithmSettings?: readonly AlgorithmSetting[];
    };
    readonly trialTemplate: TrialTemplate;
    /** Trials at a time. Default 3. */
    readonly parallelTrialCount?: pulumi.Input<number>;
    /** Trials in all. Default: until the goal is reached. */
    readonly maxTrialCount?: pulumi.Input<number>;
    /** Failed trials after which the experiment has failed. */
    readonly maxFailedTrialCount?: pulumi.Input<number>;
    readonly metricsCollectorSpec?: MetricsCollector;
    /** Whether it can go on after its end with a higher `maxTrialCount`. Default `Never`. */
    readonly resumePolicy?: pulumi.Input<"Never" | "LongRunning" | "FromVolume">;
  };
}

/**
 * A search for the best hyper-parameters (Katib). Created when it has Succeeded. Its CRD takes anything, so it is checked against the models
 * of Katib's own Python client, which come from the API's Go types.
 */
export class Experiment extends TypedResource {
  constructor(name: string, args: ExperimentArgs, opts?: pulumi.CustomResourceOptions) {
    super({ apiVersion: "kubeflow.org/v1beta1", kind: "Experiment", readyWhen: "Succeeded" }, name, args, opts);
  }
}
