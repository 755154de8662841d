import * as k8s from "@pulumi/kubernetes";
import { type KubernetesObject, type Patch, drop, mapAt, mapsAt, of, patch, textAt } from "../../manifests";
import { podTemplateOf } from "../podPatches";
import type { Product } from "../product";
import { passwordFromSecret, passwordSecret } from "./database";

const namespace = "kubeflow";
const bundledStore = /^(seaweedfs|seaweedfs-pvc|seaweedfs-service|ml-pipeline-seaweedfs)$/;

/** Names of the bundled object store in environments, and what stands there instead. */
const store: Readonly<Record<string, string>> = {
  "seaweedfs.kubeflow": "minio-service.kubeflow",
  seaweedfs: "minio-service",
  "http://seaweedfs.kubeflow:8333": "http://minio-service.kubeflow:9000",
  "http://seaweedfs.kubeflow:8111": "http://minio-service.kubeflow:9000",
};

const usesBundledStore = (object: KubernetesObject): boolean =>
  mapsAt(podTemplateOf(object), "containers").some((container) =>
    mapsAt(container, "env").some((entry) => textAt(entry, "value") in store),
  );

const toMinio: readonly Patch[] = [
  drop("the bundled object store", (object) => bundledStore.test(object.metadata.name)),
  patch("MinIO in the place of the bundled store", usesBundledStore, (object) => {
    for (const container of mapsAt(podTemplateOf(object), "containers")) {
      for (const entry of mapsAt(container, "env")) {
        const found = store[textAt(entry, "value")];
        if (found !== undefined) entry["value"] = found;
      }
    }
  }),
  patch("MinIO for the workflows' artifacts", of("ConfigMap", "workflow-controller-configmap"), (object) => {
    const data = mapAt(object, "data");
    if (data)
      data["artifactRepository"] = textAt(data, "artifactRepository").replace(
        "seaweedfs.kubeflow:9000",
        "minio-service.kubeflow:9000",
      );
  }),
];

/**
 * Kubeflow Pipelines, its pipelines kept as Kubernetes resources, with Argo Workflows and metacontroller. Artifacts go to MinIO; its database's
 * password is generated.
 * Needs cert-manager and Istio. Ready when its webhooks answer.
 */
export const pipelines: Product = {
  name: "pipelines",
  overlays: ["applications/pipeline/upstream/env/cert-manager/platform-agnostic-multi-user-k8s-native"],
  needs: ["cert-manager", "istio"],
  patches: [
    // The object store's product makes the second one.
    drop("upstream's well-known credentials", of("Secret", /^(mysql-secret|mlpipeline-minio-artifact)$/, namespace)),
    passwordFromSecret("mysql", "mysql-password"),
    ...toMinio,
  ],
  secrets({ credentials }, opts) {
    const password = credentials.secret("pipelines-database", 32).result;
    return [
      passwordSecret("mysql-password", password, opts),
      new k8s.core.v1.Secret(
        "mysql-secret",
        { metadata: { name: "mysql-secret", namespace }, stringData: { username: "root", password } },
        opts,
      ),
    ];
  },
};
