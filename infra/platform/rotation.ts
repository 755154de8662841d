/** Pods read generated credentials once, when they start: rotated credentials need new pods. */
import { type JsonMap, type KubernetesObject, mapAt, mapsAt, namespaceOf, textAt } from "../objects";
import { podTemplateOf, rotationAnnotation } from "../products/podPatches";

/** Secrets with generated content, each as `namespace/name`. */
export type GeneratedSecrets = ReadonlySet<string>;

/** Annotates the pods with the number of the rotation, where they read a generated Secret. Returns a copy. */
export function followingRotation(
  object: KubernetesObject,
  rotation: number,
  generated: GeneratedSecrets,
): KubernetesObject {
  const namespace = namespaceOf(object) ?? "";
  if (!secretsOf(podTemplateOf(object)).some((name) => generated.has(`${namespace}/${name}`))) return object;
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
