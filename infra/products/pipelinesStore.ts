/** MinIO where Kubeflow Pipelines brings an object store of its own, SeaweedFS. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type KubernetesObject, type Patch, drop, mapAt, mapsAt, of, patch, textAt } from "../objects";
import { mountReadOnly, podTemplateOf, restartedBy } from "./podPatches";

const namespace = "kubeflow";
const bundledStore = /^(seaweedfs|seaweedfs-pvc|seaweedfs-service|ml-pipeline-seaweedfs)$/;

/** The bundled object store's names in environments, and MinIO's in their place. */
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

const profileController = "kubeflow-pipelines-profile-controller";
const program = readFileSync(path.join(__dirname, "profileArtifacts.py"), "utf8");
const programMap = `${profileController}-minio`;
const folder = "/profile-artifacts";

/** A program that runs upstream's profile controller without its requests to SeaweedFS for credentials. */
export const profileArtifacts: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: programMap, namespace },
  data: { "controller.py": program },
};

/** Replaces the bundled object store by MinIO. */
export const useMinio: readonly Patch[] = [
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
  patch("profiles' credentials from the stack", of("Deployment", profileController, namespace), (object) => {
    const pod = podTemplateOf(object);
    const [container] = mapsAt(pod, "containers");
    if (!pod || !container) return;
    container["command"] = ["python", `${folder}/controller.py`];
    mountReadOnly(pod, container, { name: "profile-artifacts", configMap: { name: programMap } }, folder);
    // The program's default, passed explicitly so that `imageMirror` can rewrite it.
    const page = { name: "FRONTEND_IMAGE", value: "ghcr.io/kubeflow/kfp-frontend" };
    container["env"] = [...mapsAt(container, "env"), page];
  }),
  restartedBy("the program of profiles' credentials", of("Deployment", profileController, namespace), program),
];
