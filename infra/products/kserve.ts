import { goModule, managerImage, pythonLinks, pythonRoot, shell, shellLinks } from "../../toolchain/images/define";
import {
  type Json,
  type KubernetesObject,
  type Patch,
  drop,
  isMap,
  mapAt,
  mapsAt,
  of,
  patch,
  textAt,
} from "../objects";
import { containerSecurity, hardened, podTemplateOf } from "./podPatches";
import type { Product } from "./product";

/** https://github.com/kserve/kserve/releases/tag/v0.16.0, the release of 26.03. */
const version = "v0.16.0";
const source = {
  path: "github.com/kserve/kserve",
  version,
  sum: "h1:kDkcAU5VMiZf4zhdDXH+UdAIgzXhs10GMv0d9r4qvTs=",
};
/** The same files by URL and in the module. */
const files = [
  {
    path: "install/v0.16.0/kserve.yaml",
    url: "https://raw.githubusercontent.com/kserve/kserve/v0.16.0/install/v0.16.0/kserve.yaml",
    sha256: "1cedecd9022a6793a394f3c8b8cdb8dab6d8b8b0cd33b2046a22f4f7356e6eb3",
  },
  {
    path: "install/v0.16.0/kserve-cluster-resources.yaml",
    url: "https://raw.githubusercontent.com/kserve/kserve/v0.16.0/install/v0.16.0/kserve-cluster-resources.yaml",
    sha256: "67bcdfe0bce80e813cb4b35fadba54dc8f26172651ee263318c93930fdf1934d",
  },
];
const images = {
  controller: `docker.io/kserve/kserve-controller:${version}`,
  storageInitializer: `docker.io/kserve/storage-initializer:${version}`,
};

/** Changes one entry of KServe's configuration, each of which is JSON in a string. */
function configure(entry: string, change: (value: { [key: string]: Json }) => void): Patch {
  return patch(`the ${entry} of KServe's configuration`, of("ConfigMap", "inferenceservice-config"), (object) => {
    const data = mapAt(object, "data");
    const value: unknown = JSON.parse(textAt(data, entry) || "{}");
    if (!data || !isMap(value)) return;
    change(value);
    data[entry] = JSON.stringify(value);
  });
}

/** KServe's controllers for language models and for models cached on nodes: separate programs, useless without their hardware. */
const leftOut = (object: KubernetesObject): boolean => {
  const webhooks = ["llminferenceservice.serving.kserve.io", "llminferenceserviceconfig.serving.kserve.io"];
  return /^(llmisvc|kserve-localmodel)/.test(object.metadata.name) || webhooks.includes(object.metadata.name);
};

const patches: readonly Patch[] = [
  drop("controllers for language models and cached models", leftOut),
  patch("metrics without a proxy of their own image", of("Deployment", "kserve-controller-manager"), (object) => {
    const pod = podTemplateOf(object);
    if (pod)
      pod["containers"] = mapsAt(pod, "containers").filter((container) => container["name"] !== "kube-rbac-proxy");
  }),
  drop("what only that proxy needs", (object) =>
    /kserve-proxy-role|controller-manager-metrics-service/.test(object.metadata.name),
  ),
  configure("deploy", (deploy) => (deploy["defaultDeploymentMode"] = "Standard")),
  configure("ingress", (ingress) => {
    // Without a gateway, a predictor is reached by its Service.
    ingress["disableIngressCreation"] = true;
    ingress["disableIstioVirtualHost"] = true;
  }),
  configure("storageInitializer", (initializer) => {
    initializer["image"] = images.storageInitializer;
    initializer["cpuRequest"] = "20m";
    initializer["memoryRequest"] = "64Mi";
  }),
  patch("the pinned storage initializer", of("ClusterStorageContainer", "default"), (object) => {
    const container = mapAt(object, "spec", "container");
    if (!container) return;
    container["image"] = images.storageInitializer;
    container["imagePullPolicy"] = "IfNotPresent";
    container["resources"] = { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "1Gi" } };
    container["securityContext"] = containerSecurity();
  }),
  // Pods that mount a certificate wait for it. Waiting here is shorter than the kubelet's growing back-off.
  patch("certificates that are there before the pods", of(["Certificate", "Issuer"]), (object) => {
    object.metadata["annotations"] = {
      ...mapAt(object.metadata, "annotations"),
      "pulumi.com/waitFor": "condition=Ready",
    };
  }),
  hardened({ cpu: "20m", memory: "96Mi", memoryLimit: "1Gi" }),
];

/** Objects that KServe's webhooks must judge. */
const webhookProbes = (namespace: string): KubernetesObject[] => [
  {
    apiVersion: "serving.kserve.io/v1beta1",
    kind: "InferenceService",
    metadata: { name: "kubeflow-stack-trial", namespace },
    spec: { predictor: { model: { modelFormat: { name: "sklearn" }, storageUri: "s3://trial/model" } } },
  },
  {
    apiVersion: "serving.kserve.io/v1alpha1",
    kind: "ClusterServingRuntime",
    metadata: { name: "kubeflow-stack-trial" },
    spec: { containers: [{ name: "kserve-container", image: "trial" }] },
  },
];

/**
 * KServe: model serving. In profile core, InferenceServices run as plain Deployments (Standard mode) unless they say otherwise; profile full
 * has also its controllers for language models and cached models, all in the namespace `kubeflow`.
 * It looks for Knative's kinds once, when it starts.
 */
export const kserve = {
  name: "kserve",
  profiles: ["core", "full"],
  namespaces: ["kserve"],
  byProfile: {
    core: {
      dependsOn: [
        { product: "cert-manager", mode: "ready" },
        { product: "knative", mode: "kinds" },
      ],
      sources: files.map(({ path, url, sha256 }) => ({
        kind: "file",
        url,
        sha256,
        otherwise: { ...source, file: path },
      })),
      // Both files bring these; they configure a controller that this stack leaves out.
      withoutKinds: ["LLMInferenceServiceConfig"],
      withoutCrds: [
        "inferencemodels.inference.networking.x-k8s.io",
        "inferencepools.inference.networking.x-k8s.io",
        "llminferenceserviceconfigs.serving.kserve.io",
        "llminferenceservices.serving.kserve.io",
      ],
      patches,
      webhookProbes: webhookProbes("kserve"),
    },
    full: {
      dependsOn: [
        { product: "cert-manager", mode: "ready" },
        { product: "istio", mode: "ready" },
        { product: "knative", mode: "kinds" },
      ],
      overlays: ["applications/kserve/kserve"],
      webhookProbes: webhookProbes("kubeflow"),
    },
  },
  images,
  recipes: {
    [images.controller]: managerImage(
      goModule(
        "kserve",
        version,
        { manager: `${source.path}/cmd/manager` },
        { "sigs.k8s.io/controller-runtime": "sigs.k8s.io/controller-runtime v0.19.7" },
      ),
    ),
    [images.storageInitializer]: {
      debian: [...pythonRoot, ...shell],
      links: { ...pythonLinks, ...shellLinks },
      pypi: [`kserve-storage==${version.slice(1)}`],
      moduleFiles: {
        "/storage-initializer/scripts/initializer-entrypoint": {
          module: source.path,
          version,
          path: "python/storage-initializer/scripts/initializer-entrypoint",
        },
      },
      folders: { "/work": { owner: 1000 }, "/mnt": { owner: 1000 }, "/home/kserve": { owner: 1000 } },
      users: { kserve: 1000 },
      config: {
        entrypoint: ["/storage-initializer/scripts/initializer-entrypoint"],
        env: ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/home/kserve", "PYTHONDONTWRITEBYTECODE=1"],
        user: "1000",
        workdir: "/work",
      },
    },
  },
} satisfies Product;
