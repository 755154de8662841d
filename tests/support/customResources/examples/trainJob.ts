import { TrainJob, type TrainJobArgs } from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { container, imagePullSecrets, metadata, tolerations, volumes } from "./parts";

const override = { name: "node", env: container.env, volumeMounts: container.volumeMounts };
const initializer = {
  storageUri: "s3://mlpipeline/mnist",
  env: container.env,
  secretRef: { name: "credentials" },
};
const nodeSelector = { "kubernetes.io/arch": "amd64" };
const term = { matchExpressions: [{ key: "a", operator: "In", values: ["b"] }] };

const args: Whole<TrainJobArgs> = {
  metadata,
  spec: {
    runtimeRef: { name: "torch-distributed", kind: "ClusterTrainingRuntime", apiGroup: "trainer.kubeflow.org" },
    trainer: {
      image: container.image,
      command: container.command,
      args: container.args,
      env: container.env,
      numNodes: 2,
      numProcPerNode: "auto",
      resourcesPerNode: container.resources,
    },
    initializer: { dataset: initializer, model: initializer },
    podTemplateOverrides: [
      {
        targetJobs: [{ name: "node" }],
        metadata: { labels: { a: "b" }, annotations: { c: "d" } },
        spec: {
          serviceAccountName: "trainer",
          nodeSelector,
          affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } } },
          tolerations,
          volumes,
          imagePullSecrets,
          containers: [override],
          initContainers: [override],
        },
      },
    ],
    labels: { a: "b" },
    annotations: { c: "d" },
    suspend: false,
    managedBy: "trainer.kubeflow.org/trainjob-controller",
  },
};

const overrides = "/spec/podTemplateOverrides/0";

export const trainJob: Example = {
  kind: "TrainJob",
  make: () => new TrainJob("example", args),
  maps: [
    "/spec/labels",
    "/spec/annotations",
    ...["metadata/labels", "metadata/annotations", "spec/nodeSelector"].map((map) => `${overrides}/${map}`),
    ...["requests", "limits"].map((map) => `/spec/trainer/resourcesPerNode/${map}`),
  ],
  wrong: { "/spec/runtimeRef": { kind: "TrainingRuntime" }, "/spec/trainer/numNodes": "two" },
};
