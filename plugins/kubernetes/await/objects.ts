/** When Services, volume claims, Ingresses and CustomResourceDefinitions are ready. */
import { type PropertyMap } from "../../base";
import { isNotFound } from "../apiError";
import { at, listAt, mapAt, namespaceOf, nameOf, textAt } from "../object";
import type { Check } from "./check";
import { condition } from "./pods";

const TEN_MINUTES = 600;

/** Whether the Service sends its traffic to pods it selects. */
function selectsPods(service: PropertyMap): boolean {
  return (
    textAt(service, "spec", "type") !== "ExternalName" &&
    textAt(service, "spec", "clusterIP") !== "None" &&
    Object.keys(mapAt(service, "spec", "selector")).length > 0
  );
}

export const service: Check = {
  timeoutSeconds: TEN_MINUTES,
  onRead: true,
  related: (object): ReturnType<NonNullable<Check["related"]>> =>
    selectsPods(object)
      ? {
          slices: {
            path: `/apis/discovery.k8s.io/v1/namespaces/${namespaceOf(object) || "default"}/endpointslices`,
            labelSelector: `kubernetes.io/service-name=${nameOf(object)}`,
          },
        }
      : {},
  progress(object, related) {
    const endpoints = (related["slices"] ?? []).flatMap((slice) => listAt(slice, "endpoints"));
    const ready = endpoints.filter((endpoint) => at(endpoint, "conditions", "ready") !== false);
    if (selectsPods(object) && ready.length === 0) {
      return {
        ready: false,
        waiting: "waiting for a ready Pod to direct traffic to",
        reasons: [
          "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
        ],
      };
    }
    const balanced = listAt(object, "status", "loadBalancer", "ingress").length > 0;
    if (textAt(object, "spec", "type") === "LoadBalancer" && !balanced) {
      return {
        ready: false,
        waiting: "waiting for an address of the load balancer",
        reasons: ["Service was not allocated an IP address; does your cloud provider support this?"],
      };
    }
    return { ready: true };
  },
};

export const persistentVolumeClaim: Check = {
  timeoutSeconds: 300,
  onRead: false,
  async prepare(object, resources, signal) {
    const name = textAt(object, "spec", "storageClassName");
    if (name === "") return {};
    const storageClass = { apiVersion: "storage.k8s.io/v1", kind: "StorageClass", metadata: { name } };
    return resources.get(storageClass, signal).catch((error: unknown) => {
      if (isNotFound(error)) return {};
      throw error;
    });
  },
  progress(object, _related, storageClass) {
    if (textAt(object, "status", "phase") === "Bound") return { ready: true };
    // Such a claim is bound when a pod uses it; to wait for that before the pod is made would be to wait for ever.
    if (textAt(storageClass, "volumeBindingMode") === "WaitForFirstConsumer") return { ready: true };
    const phase = textAt(object, "status", "phase") || "Pending";
    const failed = phase === "Lost" ? "the claim lost its volume" : undefined;
    return { ready: false, waiting: `the claim is ${phase}`, failed, reasons: [`the claim is ${phase}, not Bound`] };
  },
};

export const persistentVolume: Check = {
  timeoutSeconds: 300,
  onRead: false,
  progress(object) {
    const phase = textAt(object, "status", "phase");
    const ready = phase === "Available" || phase === "Bound";
    return { ready, waiting: `the volume is ${phase || "Pending"}`, reasons: [`the volume is ${phase || "Pending"}`] };
  },
};

export const ingress: Check = {
  timeoutSeconds: TEN_MINUTES,
  onRead: true,
  progress(object) {
    const ready = listAt(object, "status", "loadBalancer", "ingress").length > 0;
    return {
      ready,
      waiting: "waiting for an address of the Ingress",
      reasons: ["Ingress has no address in .status.loadBalancer; is there an Ingress controller for its class?"],
    };
  },
};

export const customResourceDefinition: Check = {
  timeoutSeconds: 60,
  onRead: false,
  progress(object) {
    const names = condition(object, "NamesAccepted");
    if (textAt(names, "status") === "False") {
      return { ready: false, failed: `its names are not accepted: ${textAt(names, "message")}` };
    }
    const ready = textAt(condition(object, "Established"), "status") === "True";
    return { ready, waiting: "waiting for the definition to be established", reasons: ["it is not established"] };
  },
};
