import * as k8s from "@pulumi/kubernetes";
import { drop, of } from "../../manifests";
import type { Product } from "../product";
import { passwordFromSecret, passwordSecret } from "./database";
import { metadataStoreByFile, metadataStoreConfig } from "./metadataStore";
import { profileArtifacts, toMinio } from "./pipelinesStore";

const namespace = "kubeflow";

/**
 * Kubeflow Pipelines, its pipelines kept as Kubernetes resources, with Argo Workflows and metacontroller. Artifacts go to MinIO; its database's
 * password is generated.
 * Needs cert-manager, Istio and the object store. Ready when its webhooks answer.
 */
export const pipelines: Product = {
  name: "pipelines",
  overlays: ["applications/pipeline/upstream/env/cert-manager/platform-agnostic-multi-user-k8s-native"],
  needs: ["cert-manager", "istio"],
  usesObjectStore: true,
  objects: [profileArtifacts],
  patches: [
    // The object store's product makes the second one.
    drop("upstream's well-known credentials", of("Secret", /^(mysql-secret|mlpipeline-minio-artifact)$/, namespace)),
    passwordFromSecret("mysql", "mysql-password"),
    metadataStoreByFile,
    ...toMinio,
  ],
  secrets({ credentials }, opts) {
    const password = credentials.secret("pipelines-database", 32).result;
    return [
      passwordSecret("mysql-password", password, opts),
      metadataStoreConfig(password, opts),
      new k8s.core.v1.Secret(
        "mysql-secret",
        { metadata: { name: "mysql-secret", namespace }, stringData: { username: "root", password } },
        opts,
      ),
    ];
  },
};
