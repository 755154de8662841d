import { Experiment, type ExperimentArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { container, metadata } from "./parts";

const args: Whole<ExperimentArgs> = {
  metadata,
  spec: {
    objective: {
      type: "maximize",
      objectiveMetricName: "accuracy",
      goal: 0.99,
      additionalMetricNames: ["loss"],
      metricStrategies: [{ name: "accuracy", value: "max" }],
    },
    parameters: [
      {
        name: "learningRate",
        parameterType: "double",
        feasibleSpace: { min: "0.001", max: "0.1", step: "0.001", distribution: "logUniform", list: [] },
      },
    ],
    algorithm: { algorithmName: "tpe", algorithmSettings: [{ name: "random_state", value: "1" }] },
    earlyStopping: { algorithmName: "medianstop", algorithmSettings: [{ name: "start_step", value: "2" }] },
    trialTemplate: {
      trialSpec: { apiVersion: "batch/v1", kind: "Job", spec: {} },
      trialParameters: [{ name: "learningRate", reference: "learningRate", description: "How far a step goes." }],
      primaryContainerName: "train",
      primaryPodLabels: { app: "train" },
      successCondition: 'status.conditions.#(type=="Complete")#|#(status=="True")#',
      failureCondition: 'status.conditions.#(type=="Failed")#|#(status=="True")#',
      retain: false,
    },
    parallelTrialCount: 2,
    maxTrialCount: 6,
    maxFailedTrialCount: 3,
    metricsCollectorSpec: {
      collector: { kind: "Custom", customCollector: container },
      source: {
        fileSystemPath: { path: "/var/log/katib/metrics.log", kind: "File", format: "TEXT" },
        httpGet: { path: "/metrics", port: 8080 },
        filter: { metricsFormat: ["(\\w+)=(\\S+)"] },
      },
    },
    resumePolicy: "Never",
  },
};

export const experiment: Example = {
  kind: "Experiment",
  make: () => new Experiment("example", args),
  model: ["katib", "V1beta1Experiment"],
  documents: ["/spec/trialTemplate/trialSpec"],
  maps: [
    "/spec/trialTemplate/primaryPodLabels",
    ...["requests", "limits"].map((map) => `/spec/metricsCollectorSpec/collector/customCollector/resources/${map}`),
  ],
  wrong: { "/spec/parameters/0/feasibleSpace/min": 0.001, "/spec/maxTrialCount": "6" },
};
