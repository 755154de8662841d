/** Pods that read generated credentials read them once, when they start: new ones need new pods. */
import { type JsonMap, type KubernetesObject, mapAt, mapsAt, namespaceOf, textAt } from "../manifests";
import { podTemplateOf } from "./podPatches";

/** The annotation by which a pod is another one after a rotation; it tells the number and nothing of the credentials. */
export const rotationAnnotation = (rotation: number): Record<string, string> => ({
  "kubeflow-stack/rotation": String(rotation),
});

/** The Secrets with generated content that upstream's pods read, by namespace. A test holds the list whole. */
const generated: Readonly<Record<string, readonly string[]>> = {
  auth: ["dex-oidc-client", "dex-passwords"],
  "oauth2-proxy": ["oauth2-proxy-h675gf55ht"],
  kubeflow: [
    ...["katib-mysql-password", "katib-mysql-secrets"],
    ...["mysql-password", "mysql-secret", "metadata-store-config", "mlpipeline-minio-artifact"],
  ],
};

/**
 * The object with the number of the rotation on its pods, where they read a generated Secret.
 * @param object stays as it is
 */
export function followingRotation(object: KubernetesObject, rotation: number): KubernetesObject {
  const names = generated[namespaceOf(object) ?? ""] ?? [];
  if (!secretsOf(podTemplateOf(object)).some((name) => names.includes(name))) return object;
  const copy = structuredClone(object);
  const template = mapAt(copy, "spec", "template");
  if (!template) return object;
  const metadata = mapAt(template, "metadata") ?? {};
  template["metadata"] = {
    ...metadata,
    annotations: { ...mapAt(metadata, "annotations"), ...rotationAnnotation(rotation) },
  };
  return copy;
}

/** The names of the Secrets that a pod reads: by its environment and by its volumes. */
export function secretsOf(pod: JsonMap | undefined): string[] {
  const containers = [...mapsAt(pod, "containers"), ...mapsAt(pod, "initContainers")];
  const volumes = mapsAt(pod, "volumes");
  const projected = volumes.flatMap((volume) => mapsAt(volume, "projected", "sources"));
  return [
    ...containers.flatMap((container) => [
      ...mapsAt(container, "env").map((entry) => textAt(entry, "valueFrom", "secretKeyRef", "name")),
      ...mapsAt(container, "envFrom").map((entry) => textAt(entry, "secretRef", "name")),
    ]),
    ...volumes.map((volume) => textAt(volume, "secret", "secretName")),
    ...projected.map((source) => textAt(source, "secret", "name")),
  ].filter((name) => name !== "");
}
