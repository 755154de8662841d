/** Patches of pods: least rights, and a modest share of a small machine. */
import { createHash } from "node:crypto";
import { type JsonMap, type KubernetesObject, type Patch, isMap, mapAt, mapsAt, patch, textAt } from "../objects";

/** The user that pods run as by default: `nonroot` of the distroless images. */
export const nonRoot = 65532;

export interface PodLimits {
  /** CPU requested for each container; no limit is set, which would only slow a start. */
  readonly cpu: string;
  /** Memory requested for each container. */
  readonly memory: string;
  /** Memory at which a container is ended. */
  readonly memoryLimit: string;
}

const modest: PodLimits = { cpu: "20m", memory: "64Mi", memoryLimit: "1Gi" };

/** The pod template of a workload; undefined for what is none. */
export function podTemplateOf(object: KubernetesObject): JsonMap | undefined {
  return mapAt(object, "spec", "template", "spec");
}

/**
 * Lets a container of a pod read a volume, a Secret or a ConfigMap for instance.
 * @param volume its name and where it comes from, as in the pod's list
 * @param mountPath the folder at which the container finds it
 */
export function mountReadOnly(pod: JsonMap, container: JsonMap, volume: JsonMap, mountPath: string): void {
  const mount = { name: textAt(volume, "name"), mountPath, readOnly: true };
  container["volumeMounts"] = [...mapsAt(container, "volumeMounts"), mount];
  pod["volumes"] = [...mapsAt(pod, "volumes"), volume];
}

/** Runs every container as a user without rights, on a read-only root, from the node's images where it has them. */
export function hardened(limits: PodLimits = modest): Patch {
  return patch(
    "least rights and a modest share",
    (object) => podTemplateOf(object) !== undefined,
    (object) => {
      const pod = podTemplateOf(object);
      if (!pod) return;
      pod["securityContext"] = podSecurity();
      for (const container of [...mapsAt(pod, "containers"), ...mapsAt(pod, "initContainers")]) {
        container["securityContext"] = containerSecurity();
        container["imagePullPolicy"] = "IfNotPresent";
        container["resources"] = {
          requests: { cpu: limits.cpu, memory: limits.memory },
          limits: { memory: limits.memoryLimit },
        };
        for (const probe of ["readinessProbe", "startupProbe"]) quicken(container[probe]);
      }
    },
  );
}

/** The security settings of a pod that runs as no one in particular. */
export function podSecurity(user: number = nonRoot): JsonMap {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    runAsGroup: user,
    fsGroup: user,
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** The security settings of a container that writes to its volumes only. */
export function containerSecurity(): JsonMap {
  return { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ["ALL"] } };
}

/** Probes often from the start, so that a pod counts as ready at once and not up to half a minute later. */
function quicken(probe: JsonMap[string] | undefined): void {
  if (!isMap(probe)) return;
  probe["initialDelaySeconds"] = 1;
  probe["periodSeconds"] = 2;
  // The same patience as before, counted in shorter steps.
  probe["failureThreshold"] = 30;
}

/** The annotation that changes pods when the credentials are rotated: it holds the number of the rotation and nothing of them. */
export const rotationAnnotation = (rotation: number): Record<string, string> => ({
  "kubeflow-stack/rotation": String(rotation),
});

/**
 * Restarts pods when configuration changes that they read only when they start.
 * @param what the configuration, in a few words
 * @param content it, as text; the pods are annotated with its digest
 */
export function restartedBy(what: string, selects: Patch["selects"], content: string): Patch {
  return patch(`pods that restart with ${what}`, selects, (object) => {
    const template = mapAt(object, "spec", "template");
    if (!template) return;
    const metadata = mapAt(template, "metadata") ?? {};
    const revision = createHash("sha256").update(content).digest("hex").slice(0, 16);
    template["metadata"] = {
      ...metadata,
      annotations: { ...mapAt(metadata, "annotations"), "kubeflow-stack/revision": revision },
    };
  });
}
