import { goModule } from "../../toolchain/images/define";
import type { ImageTable } from "../../toolchain/images/recipe";
import { type KubernetesObject, type Patch, mapAt, mapsAt, of, patch } from "../objects";
import { routeThroughKourier } from "./kourier";
import { hardened } from "./podPatches";
import type { Product } from "./product";

const namespace = "knative-serving";
/** https://github.com/knative/serving/releases/tag/knative-v1.21.1: Go module v0.48.1; 26.03 carries the same release. */
const version = "v1.21.1";
const serving = {
  path: "knative.dev/serving",
  version: "v0.48.1",
  sum: "h1:Tm8s/KbtnGp/8srGa+r4ETyO+2+8FhG6qX/NPeRyTJo=",
};
/** https://github.com/knative/networking at the revision of serving's go.mod: some of its CRDs. */
const networking = {
  path: "knative.dev/networking",
  version: "v0.0.0-20260120131110-a7cdca238a0d",
  sum: "h1:QQ5QeH5MZlYdu6gRGGjmEBQ/CVoatiXKnVIrUoKlj4U=",
};
/** https://github.com/knative/caching, likewise. */
const caching = {
  path: "knative.dev/caching",
  version: "v0.0.0-20260120130310-f1fc03b7f5ee",
  sum: "h1:PQeck4SikqOc1i/VS1I4EV1vXM5xCuiZvGXLnPTpffQ=",
};
const programs = ["controller", "webhook", "activator", "autoscaler", "queue"] as const;
const images = Object.fromEntries(
  programs.map((program) => [program, `gcr.io/knative-releases/knative.dev/serving/cmd/${program}:${version}`]),
);

/** Knative's own list, which a value of ours replaces and so must repeat. */
const always = ["kind.local", "ko.local", "dev.local"];
/** Docker Hub cannot be asked for the digest of a tag from behind many proxies. */
const unresolved = [...always, "index.docker.io"].join(",");

/** Registries whose image tags Knative does not resolve to digests. This key wins over `registriesSkippingTagResolving` of older instructions. */
const skipTagResolving: Patch = patch(
  "registries whose tags are not resolved",
  of("ConfigMap", "config-deployment", namespace),
  (object) => {
    const data = mapAt(object, "data");
    if (data) data["registries-skipping-tag-resolving"] = unresolved;
  },
);

/** Knative writes its webhooks' rules itself once it runs. Declared as well, every heal would revert them. */
const ownRules: Patch = patch(
  "webhook rules that Knative writes",
  of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], /^(validation\.)?webhook\..*\.knative\.dev$/),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["rules"];
  },
);

/** Upstream's release tooling (ko, and a text replacement) fills these in; the module holds the templates. */
const fill = {
  ...Object.fromEntries(Object.entries(images).map(([name, image]) => [`ko://knative.dev/serving/cmd/${name}`, image])),
  devel: version.slice(1),
};

/** One object for each of the two webhooks that validate. */
const webhookProbes: readonly KubernetesObject[] = [
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

const from = goModule(
  "knative",
  serving.version,
  Object.fromEntries(programs.map((program) => [program, `${serving.path}/cmd/${program}`])),
);
const recipes: ImageTable = Object.fromEntries(
  Object.entries(images).map(([program, image]) => [
    image,
    {
      programs: { from, at: { [`/ko-app/${program}`]: program } },
      config: { entrypoint: [`/ko-app/${program}`], user: "65532" },
    },
  ]),
);

/**
 * Knative Serving: services that scale with their traffic. Its network layer is another product: Istio in profile full, and Kourier, where
 * it is asked for, in profile core. Its webhook creates its own certificate.
 */
export const knative = {
  name: "knative",
  profiles: ["core", "full"],
  namespaces: [namespace],
  byProfile: {
    core: {
      sources: [
        { kind: "module", ...serving, files: ["config/core"] },
        { kind: "module", ...networking, files: ["config"] },
        { kind: "module", ...caching, files: ["config"] },
      ],
      fill,
      patches: [hardened(), skipTagResolving, ownRules],
    },
    full: {
      overlays: ["common/knative/knative-serving/overlays/gateways"],
      dependsOn: [{ product: "istio", mode: "ready" }],
      patches: [skipTagResolving, ownRules],
    },
  },
  settingsPatches: ({ knativeIngress }) => (knativeIngress === "kourier" ? routeThroughKourier : []),
  webhookProbes,
  images,
  recipes,
} satisfies Product;
