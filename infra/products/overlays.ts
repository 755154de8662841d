import type { Product } from "./product";

/** A product that is one overlay of Kubeflow's distribution. */
interface Overlay {
  /** Its folder in the archive. */
  readonly folder: string;
  /** Products that must be ready first. @default none */
  readonly ready?: readonly string[];
  /** Products that must be in the profile. @default none */
  readonly present?: readonly string[];
}

const overlays: Readonly<Record<string, Overlay>> = {
  // The roles kubeflow-admin, kubeflow-edit and kubeflow-view, which aggregate those of the products.
  "kubeflow-roles": {
    folder: "common/kubeflow-roles/base",
  },
  // The gateway for requests that stay inside the cluster.
  "cluster-local-gateway": {
    folder: "common/istio/cluster-local-gateway/base",
    ready: ["istio"],
  },
  // The page from which users reach the others.
  centraldashboard: {
    folder: "applications/centraldashboard/overlays/oauth2-proxy",
    ready: ["istio"],
    present: ["kubeflow-istio-resources", "profiles"],
  },
  // The webhook that adds what a PodDefault says to the pods that it selects.
  poddefaults: {
    folder: "applications/admission-webhook/upstream/overlays/cert-manager",
    ready: ["cert-manager"],
  },
  // The page for notebooks.
  "jupyter-web-app": {
    folder: "applications/jupyter/jupyter-web-app/upstream/overlays/istio",
    ready: ["istio"],
    present: ["kubeflow-istio-resources", "notebook-controller", "poddefaults"],
  },
  // Runs Notebooks.
  "notebook-controller": {
    folder: "applications/jupyter/notebook-controller/upstream/overlays/kubeflow",
    ready: ["kubeflow-namespace"],
  },
  // Runs PVCViewers, file browsers for volumes.
  "pvcviewer-controller": {
    folder: "applications/pvcviewer-controller/upstream/base",
    ready: ["cert-manager"],
  },
  // The page for volumes.
  "volumes-web-app": {
    folder: "applications/volumes-web-app/upstream/overlays/istio",
    ready: ["istio"],
    present: ["kubeflow-istio-resources", "pvcviewer-controller"],
  },
  // Runs Tensorboards.
  "tensorboard-controller": {
    folder: "applications/tensorboard/tensorboard-controller/upstream/overlays/kubeflow",
    ready: ["kubeflow-namespace"],
  },
  // The page for Tensorboards.
  "tensorboards-web-app": {
    folder: "applications/tensorboard/tensorboards-web-app/upstream/overlays/istio",
    ready: ["istio"],
    present: ["kubeflow-istio-resources", "tensorboard-controller"],
  },
  // The page for InferenceServices.
  "models-web-app": {
    folder: "applications/kserve/models-web-app/overlays/kubeflow",
    ready: ["istio", "kserve"],
    present: ["kubeflow-istio-resources"],
  },
  // Runs SparkApplications; its webhook creates its own certificate.
  "spark-operator": {
    folder: "applications/spark/spark-operator/overlays/kubeflow",
    ready: ["kubeflow-namespace"],
  },
};

/** The products of profile full that need no more than an overlay. */
export const overlayProducts: readonly Product[] = Object.entries(overlays).map(
  ([name, { folder, ready = [], present = [] }]) => ({
    name,
    profiles: ["full"],
    overlays: [folder],
    dependsOn: [
      ...ready.map((product) => ({ product, mode: "ready" as const })),
      ...present.map((product) => ({ product, mode: "present" as const })),
    ],
  }),
);
