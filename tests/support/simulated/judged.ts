/** Objects that each product's real webhook takes or refuses, past what the CRD's schema says. */
interface Judged {
  readonly kind: string;
  /** The collection's path. */
  readonly path: string;
  readonly good: object;
  /** Sound by its schema, so that only the webhook can refuse it. */
  readonly bad: object;
  /** What the webhook says of it. */
  readonly because: RegExp;
}

const namespace = "default";
const pod = (name: string) => ({ template: { spec: { containers: [{ name, image: "trial" }] } } });

const certificate = (dnsNames: string[]) => ({
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: "trial", namespace },
  spec: { secretName: "trial", dnsNames, issuerRef: { name: "trial" } },
});

const inferenceService = (name: string) => ({
  apiVersion: "serving.kserve.io/v1beta1",
  kind: "InferenceService",
  metadata: { name, namespace },
  spec: { predictor: { model: { modelFormat: { name: "sklearn" }, storageUri: "s3://trial/model" } } },
});

const tfJob = (containerName: string) => ({
  apiVersion: "kubeflow.org/v1",
  kind: "TFJob",
  metadata: { name: "trial", namespace },
  spec: { tfReplicaSpecs: { Worker: { replicas: 1, ...pod(containerName) } } },
});

const trainJob = (runtime: string) => ({
  apiVersion: "trainer.kubeflow.org/v1alpha1",
  kind: "TrainJob",
  metadata: { name: "trial", namespace },
  spec: { runtimeRef: { name: runtime } },
});

const jobSet = (network: object) => ({
  apiVersion: "jobset.x-k8s.io/v1alpha2",
  kind: "JobSet",
  metadata: { name: "trial", namespace },
  spec: {
    network,
    replicatedJobs: [
      {
        name: "workers",
        replicas: 1,
        template: { spec: { template: { spec: { restartPolicy: "Never", ...pod("w").template.spec } } } },
      },
    ],
  },
});

const service = (image: object) => ({
  apiVersion: "serving.knative.dev/v1",
  kind: "Service",
  metadata: { name: "trial", namespace },
  spec: { template: { spec: { containers: [{ image: "dev.local/trial", ...image }] } } },
});

/** One of each webhook that really runs. */
export const judged: readonly Judged[] = [
  {
    kind: "Certificate",
    path: `/apis/cert-manager.io/v1/namespaces/${namespace}/certificates`,
    good: certificate(["trial.example"]),
    bad: certificate([]),
    because: /at least one of/,
  },
  {
    kind: "Knative Service",
    path: `/apis/serving.knative.dev/v1/namespaces/${namespace}/services`,
    good: service({}),
    bad: service({ ports: [{ containerPort: 80 }, { containerPort: 81 }] }),
    because: /more than one container port|ports/,
  },
  {
    kind: "InferenceService",
    path: `/apis/serving.kserve.io/v1beta1/namespaces/${namespace}/inferenceservices`,
    good: inferenceService("trial"),
    bad: inferenceService("0-trial"),
    because: /InferenceService .* is invalid/,
  },
  {
    kind: "TFJob",
    path: `/apis/kubeflow.org/v1/namespaces/${namespace}/tfjobs`,
    good: tfJob("tensorflow"),
    bad: tfJob("another"),
    because: /tensorflow/,
  },
  {
    kind: "TrainJob",
    path: `/apis/trainer.kubeflow.org/v1alpha1/namespaces/${namespace}/trainjobs`,
    good: trainJob("torch-distributed"),
    bad: trainJob("no-such-runtime"),
    because: /no-such-runtime/,
  },
  {
    kind: "JobSet",
    path: `/apis/jobset.x-k8s.io/v1alpha2/namespaces/${namespace}/jobsets`,
    good: jobSet({}),
    bad: jobSet({ enableDNSHostnames: true, subdomain: "Not.A.Domain" }),
    because: /subdomain|Not.A.Domain/,
  },
];
