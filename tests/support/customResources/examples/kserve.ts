import {
  ClusterStorageContainer,
  type ClusterStorageContainerArgs,
  InferenceService,
  type InferenceServiceArgs,
  ServingRuntime,
  type ServingRuntimeArgs,
} from "../../../../infra/crds";
import type { Example } from "../example";
import type { Whole } from "../whole";
import { container, imagePullSecrets, metadata, tolerations, volumes } from "./parts";

const { env, args, ports, resources, readinessProbe, livenessProbe, lifecycle } = container;

const service: Whole<InferenceServiceArgs> = {
  metadata,
  deploymentMode: "Standard",
  predictor: {
    model: {
      env,
      args,
      ports,
      resources,
      readinessProbe,
      livenessProbe,
      lifecycle,
      modelFormat: { name: "tfjs", version: "4" },
      storageUri: "s3://mlpipeline/digits/0123456789abcdef",
      runtime: "tfjs",
      protocolVersion: "v2",
    },
    serviceAccountName: "kserve",
    minReplicas: 1,
    maxReplicas: 2,
    timeout: 30,
    deploymentStrategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: "25%" } },
    annotations: { c: "d" },
    labels: { a: "b" },
    terminationGracePeriodSeconds: 30,
    securityContext: { runAsNonRoot: true },
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  },
};

const runtime: Whole<ServingRuntimeArgs> = {
  metadata,
  spec: {
    supportedModelFormats: [{ name: "tfjs", version: "4", autoSelect: true, priority: 1 }],
    protocolVersions: ["v1", "v2"],
    multiModel: false,
    containers: [{ ...container, name: "kserve-container" }],
    volumes,
    imagePullSecrets,
    nodeSelector: { "kubernetes.io/arch": "amd64" },
    tolerations,
    annotations: { "prometheus.kserve.io/port": "8080" },
    labels: { app: "digits" },
    disabled: false,
  },
};

const fetcher: Whole<ClusterStorageContainerArgs> = {
  metadata: { name: "example", labels: { a: "b" }, annotations: { c: "d" } },
  spec: {
    container,
    supportedUriFormats: [{ prefix: "s3://" }, { regex: "https://.*" }],
    workloadType: "initContainer",
  },
};

const resourcesOf = (container: string) => [`${container}/resources/requests`, `${container}/resources/limits`];

export const inferenceService: Example = {
  kind: "InferenceService",
  make: () => new InferenceService("example", service),
  maps: [...resourcesOf("/spec/predictor/model"), "/spec/predictor/annotations", "/spec/predictor/labels"],
  wrong: { "/spec/predictor/model/modelFormat": { version: "4" }, "/spec/predictor/minReplicas": "1" },
};

export const servingRuntime: Example = {
  kind: "ServingRuntime",
  make: () => new ServingRuntime("example", runtime),
  maps: [
    ...resourcesOf("/spec/containers/0"),
    ...["nodeSelector", "annotations", "labels"].map((map) => `/spec/${map}`),
  ],
  wrong: { "/spec/supportedModelFormats": [{ version: "4" }], "/spec/protocolVersions": "v2" },
};

export const clusterStorageContainer: Example = {
  kind: "ClusterStorageContainer",
  make: () => new ClusterStorageContainer("example", fetcher),
  maps: resourcesOf("/spec/container"),
  wrong: { "/spec/supportedUriFormats": { prefix: "s3://" } },
};
