import { drop, of } from "../objects";
import { metadataStoreByFile, metadataStoreConfig } from "./metadataStore";
import { profileArtifacts, useMinio } from "./pipelinesStore";
import { type Database, type Product, databasePassword } from "./product";

const namespace = "kubeflow";

const database: Database = {
  deployment: "mysql",
  namespace,
  secret: "mysql-password",
  credential: "pipelines-database",
};

/** Kubeflow Pipelines, which keeps pipelines as Kubernetes resources, with Argo Workflows and metacontroller. Artifacts go to MinIO. */
export const pipelines: Product = {
  name: "pipelines",
  profiles: ["full"],
  dependsOn: [
    { product: "cert-manager", mode: "ready" },
    { product: "istio", mode: "ready" },
    // Its pods read the object store's Secret `mlpipeline-minio-artifact` when they start.
    { product: "minio", mode: "ready" },
  ],
  overlays: ["applications/pipeline/upstream/env/cert-manager/platform-agnostic-multi-user-k8s-native"],
  objects: [profileArtifacts],
  patches: [
    // The object store's product creates the second one.
    drop("upstream's well-known credentials", of("Secret", /^(mysql-secret|mlpipeline-minio-artifact)$/, namespace)),
    metadataStoreByFile,
    ...useMinio,
  ],
  databases: [database],
  secrets: [
    metadataStoreConfig(database),
    {
      name: "mysql-secret",
      namespace,
      content: { username: "root", password: databasePassword(database) },
    },
  ],
  // Its launcher looks for the bundled store under this name, unless a profile names another.
  objectStoreAliases: ["seaweedfs"],
};
