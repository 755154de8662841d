/** MinIO where Kubeflow Pipelines brings an object store of its own, SeaweedFS. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { type KubernetesObject, type Patch, drop, mapAt, mapsAt, of, patch, textAt } from "../../manifests";
import { mountReadOnly, podTemplateOf, restartedBy } from "../podPatches";

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

const profileController = "kubeflow-pipelines-profile-controller";
const program = readFileSync(path.join(__dirname, "profileArtifacts.py"), "utf8");
const programMap = `${profileController}-minio`;
const folder = "/profile-artifacts";

/** The program that keeps upstream's controller of profiles from asking SeaweedFS for credentials. */
export const profileArtifacts: KubernetesObject = {
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name: programMap, namespace },
  data: { "controller.py": program },
};

export const toMinio: readonly Patch[] = [
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
    // What the program would take by itself, said so that a mirror of images is heeded.
    const page = { name: "FRONTEND_IMAGE", value: "ghcr.io/kubeflow/kfp-frontend" };
    container["env"] = [...mapsAt(container, "env"), page];
  }),
  restartedBy("the program of profiles' credentials", of("Deployment", profileController, namespace), program),
];
