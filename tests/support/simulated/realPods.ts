import {
  type JsonMap,
  type KubernetesObject,
  mapAt,
  mapsAt,
  namespaceOf,
  of,
  patch,
  type Patch,
  textAt,
} from "../../../infra/manifests";
import { certManager } from "../../../infra/products/certManager";
import { dexTestImage } from "../../../infra/products/dex";
import { knative } from "../../../infra/products/knative";
import { kserve } from "../../../infra/products/kserve";
import { trainerImages } from "../../../infra/products/trainer";
import { trainingOperator } from "../../../infra/products/trainingOperator";

/** The Deployments whose images the package registries have, by namespace. */
const deployments: Readonly<Record<string, RegExp>> = {
  auth: /^dex$/,
  "cert-manager": /./,
  "knative-serving": /^(activator|autoscaler|controller|webhook)$/,
  kubeflow: /^(kserve-controller-manager|training-operator)$/,
  "kubeflow-system": /./,
};

/** The services of their webhooks. */
const services: Readonly<Record<string, RegExp>> = {
  "cert-manager": /./,
  "knative-serving": /^webhook$/,
  kubeflow: /^(kserve-webhook-server-service|training-operator)$/,
  "kubeflow-system": /./,
};

const isIn = (list: Readonly<Record<string, RegExp>>, namespace: string | undefined, name: string): boolean =>
  list[namespace ?? ""]?.test(name) ?? false;

/** Whether an object is a Deployment whose pods can really run. */
export const runsReally = (object: KubernetesObject): boolean =>
  object.kind === "Deployment" && isIn(deployments, namespaceOf(object), object.metadata.name);

/** Whether a webhook of a configuration is answered by one of them. */
export const hasServer = (webhook: JsonMap): boolean =>
  isIn(
    services,
    textAt(webhook, "clientConfig", "service", "namespace"),
    textAt(webhook, "clientConfig", "service", "name"),
  );

/** The images that those pods run, for the node to hold. */
export const realImages: readonly string[] = [
  ...[certManager, knative, kserve, trainingOperator].flatMap(({ images }) => Object.values(images)),
  ...Object.values(trainerImages),
  dexTestImage,
];

/** What the archive calls them where that differs: the releases of cert-manager and dex are no Go modules, Knative's go by digests. */
const others: readonly (readonly [RegExp, string])[] = [
  ...Object.entries(certManager.images).map(
    ([name, image]) => [new RegExp(`^quay.io/jetstack/cert-manager-${name}:`), image] as const,
  ),
  [/^ghcr.io\/dexidp\/dex:/, dexTestImage],
  ...Object.entries(knative.images).map(([, image]) => [new RegExp(`^${image.replace(/:.*/, "")}@`), image] as const),
];

/** Has the pods that really run start from the node's own images, on a machine that has little to spare. */
export const realPods: readonly Patch[] = [
  // The cert-manager that registries have is older than this field, and drops it where it injects a CA.
  patch(
    "conditions that an older cert-manager drops",
    of("MutatingWebhookConfiguration", "katib.kubeflow.org"),
    (object) => {
      for (const webhook of mapsAt(object, "webhooks")) delete webhook["matchConditions"];
    },
  ),
  patch("pods that really run", runsReally, (object) => {
    const pod = mapAt(object, "spec", "template", "spec");
    if (!pod) return;
    // Its image is in no package registry; it guards metrics.
    const containers = mapsAt(pod, "containers").filter(({ name }) => name !== "kube-rbac-proxy");
    for (const container of containers) {
      const image = textAt(container, "image");
      container["image"] = others.find(([pattern]) => pattern.test(image))?.[1] ?? image;
      container["imagePullPolicy"] = "Never";
      delete container["resources"];
    }
    pod["containers"] = containers;
  }),
];
