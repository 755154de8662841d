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
} from "../manifests";
import { platform } from "../versions";
import { containerSecurity, hardened, podTemplateOf } from "./podPatches";
import type { Product } from "./product";

const namespace = "kserve";

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

/** KServe's controllers for language models and for models cached on nodes: programs of their own, of no use without their hardware. */
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
    initializer["image"] = platform.kserve.images.storageInitializer;
    initializer["cpuRequest"] = "20m";
    initializer["memoryRequest"] = "64Mi";
  }),
  patch("the pinned storage initializer", of("ClusterStorageContainer", "default"), (object) => {
    const container = mapAt(object, "spec", "container");
    if (!container) return;
    container["image"] = platform.kserve.images.storageInitializer;
    container["imagePullPolicy"] = "IfNotPresent";
    container["resources"] = { requests: { cpu: "20m", memory: "64Mi" }, limits: { memory: "1Gi" } };
    container["securityContext"] = containerSecurity();
  }),
  // Pods that mount a certificate wait for it; the wait is shorter here than in the kubelet's growing pauses.
  patch("certificates that are there before the pods", of(["Certificate", "Issuer"]), (object) => {
    object.metadata["annotations"] = {
      ...mapAt(object.metadata, "annotations"),
      "pulumi.com/waitFor": "condition=Ready",
    };
  }),
  hardened({ cpu: "20m", memory: "96Mi", memoryLimit: "1Gi" }),
];

/**
 * KServe: model serving. InferenceServices run as plain Deployments (Standard mode) unless they say otherwise.
 * Needs cert-manager, and looks for Knative's kinds once, when it starts. Ready when its webhooks judge an InferenceService.
 */
export const kserve: Product = {
  name: "kserve",
  namespaces: [namespace],
  sources: platform.kserve.files.map(({ path, url, sha256 }) => ({
    kind: "file",
    url,
    sha256,
    otherwise: { ...platform.kserve.module, file: path },
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
  needs: ["cert-manager"],
  needsKindsOf: ["knative"],
  offers: kserveOffers(namespace),
};

/** Objects that KServe's webhooks are tried with. */
export function kserveOffers(inNamespace: string): NonNullable<Product["offers"]> {
  return [
    {
      apiVersion: "serving.kserve.io/v1beta1",
      kind: "InferenceService",
      metadata: { name: "kubeflow-stack-trial", namespace: inNamespace },
      spec: { predictor: { model: { modelFormat: { name: "sklearn" }, storageUri: "s3://trial/model" } } },
    },
    {
      apiVersion: "serving.kserve.io/v1alpha1",
      kind: "ClusterServingRuntime",
      metadata: { name: "kubeflow-stack-trial" },
      spec: { containers: [{ name: "kserve-container", image: "trial" }] },
    },
  ];
}
