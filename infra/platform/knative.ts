import type * as pulumi from "@pulumi/pulumi";
import { ManifestSet, type Patch, type RenderedManifest, mapAt, mapsAt, of, patch } from "../manifests";
import { type ProductContext, fromContext } from "./context";
import { hardened } from "./podPatches";

const namespace = "knative-serving";

export interface KnativeArgs extends ProductContext {
  readonly manifest: RenderedManifest;
  /**
   * Registries whose image tags Knative takes as they are, without asking the registry for the digest; Knative's own list is kept.
   * Default: Docker Hub, which cannot be asked from behind many proxies.
   */
  readonly registriesSkippingTagResolving?: readonly string[];
}

/** Knative's own list, which a value of ours replaces and so must repeat. */
const always = ["kind.local", "ko.local", "dev.local"];

/** `registriesSkippingTagResolving`, as older instructions write it, is read by Knative too but loses to this key. */
function skipTagResolving(registries: readonly string[]): Patch {
  return patch("registries whose tags are not resolved", of("ConfigMap", "config-deployment", namespace), (object) => {
    const data = mapAt(object, "data");
    if (data) data["registries-skipping-tag-resolving"] = [...always, ...registries].join(",");
  });
}

/** What the webhooks are asked about, Knative says itself as soon as it runs; declared as well, it would be taken back by every heal. */
const ownRules: Patch = patch(
  "webhook rules that Knative writes",
  of(
    ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"],
    /^(validation\.)?webhook\.serving\.knative\.dev$/,
  ),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["rules"];
  },
);

/**
 * Knative Serving: services that scale with their traffic. Its network layer is another product.
 * Needs nothing: its webhook makes its own certificate. Ready when that webhook judges `config-deployment` as it is here.
 */
export class Knative extends ManifestSet {
  constructor(name: string, args: KnativeArgs, opts?: pulumi.ComponentResourceOptions) {
    const registries = args.registriesSkippingTagResolving ?? ["index.docker.io"];
    super(
      name,
      {
        ...fromContext(args),
        manifest: args.manifest,
        patches: [hardened(), skipTagResolving(registries), ownRules],
        filledByControllers: [`Secret ${namespace}/webhook-certs`],
        offers: [
          {
            apiVersion: "v1",
            kind: "ConfigMap",
            metadata: {
              name: "config-deployment",
              namespace,
              labels: { "app.kubernetes.io/name": "knative-serving", "app.kubernetes.io/component": "controller" },
            },
            data: { "registries-skipping-tag-resolving": [...always, ...registries].join(",") },
          },
          {
            apiVersion: "serving.knative.dev/v1",
            kind: "Service",
            metadata: { name: "kubeflow-stack-trial", namespace },
            spec: { template: { spec: { containers: [{ image: "dev.local/trial" }] } } },
          },
        ],
      },
      opts,
    );
  }
}
