import { type Patch, mapAt, mapsAt, of, patch } from "../manifests";
import { platform } from "../versions";
import { routeThroughKourier } from "./kourier";
import { hardened } from "./podPatches";
import type { Product } from "./product";

const namespace = "knative-serving";
const { knative: pins } = platform;

/** Knative's own list, which a value of ours replaces and so must repeat. */
const always = ["kind.local", "ko.local", "dev.local"];
/** Docker Hub cannot be asked for the digest of a tag from behind many proxies. */
const unresolved = [...always, "index.docker.io"].join(",");

/** Registries whose image tags Knative takes as they are. `registriesSkippingTagResolving`, as older instructions have it, loses to this key. */
export const skipTagResolving: Patch = patch(
  "registries whose tags are not resolved",
  of("ConfigMap", "config-deployment", namespace),
  (object) => {
    const data = mapAt(object, "data");
    if (data) data["registries-skipping-tag-resolving"] = unresolved;
  },
);

/** What the webhooks are asked about, Knative says itself as soon as it runs; declared as well, it would be taken back by every heal. */
export const ownRules: Patch = patch(
  "webhook rules that Knative writes",
  of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], /^(validation\.)?webhook\..*\.knative\.dev$/),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["rules"];
  },
);

/** Upstream's release tooling (ko, and a text replacement) fills these in; the module holds what it starts from. */
const fill = {
  ...Object.fromEntries(
    Object.entries(pins.images).map(([name, image]) => [`ko://knative.dev/serving/cmd/${name}`, image]),
  ),
  devel: pins.version.slice(1),
};

/** Objects that Knative's webhooks are tried with: one for each of the two that judge. */
export const knativeOffers: NonNullable<Product["offers"]> = [
  {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: {
      name: "config-deployment",
      namespace,
      labels: { "app.kubernetes.io/name": "knative-serving", "app.kubernetes.io/component": "controller" },
    },
    data: { "registries-skipping-tag-resolving": unresolved },
  },
  {
    apiVersion: "serving.knative.dev/v1",
    kind: "Service",
    metadata: { name: "kubeflow-stack-trial", namespace },
    spec: { template: { spec: { containers: [{ image: "dev.local/trial" }] } } },
  },
];

/**
 * Knative Serving: services that scale with their traffic. Its network layer is another product.
 * Needs nothing: its webhook makes its own certificate. Ready when that webhook judges `config-deployment` as it is here.
 */
export const knative: Product = {
  name: "knative",
  sources: [
    { kind: "module", ...pins.module, files: ["config/core"] },
    { kind: "module", ...pins.networking, files: ["config"] },
    { kind: "module", ...pins.caching, files: ["config"] },
  ],
  fill,
  patches: [hardened(), skipTagResolving, ownRules],
  configured: ({ knativeIngress }) => (knativeIngress === "kourier" ? routeThroughKourier : []),
  offers: knativeOffers,
};
