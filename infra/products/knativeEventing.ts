import { type Patch, mapsAt, of, patch } from "../objects";
import type { Product } from "./product";

/** https://github.com/knative/eventing/releases/tag/knative-v1.21.1: Go module v0.48.1, beside Serving's 1.21.1. */
const version = "v1.21.1";
const source = {
  path: "knative.dev/eventing",
  version: "v0.48.1",
  sum: "h1:FtTrPJ8WJfNtmencm8Ahnffmf06KzQpmHddAaTN9uMw=",
};
const namespace = "knative-eventing";

/** Programs that upstream's release tooling names by their Go packages. */
const programs = [
  "controller",
  "webhook",
  "apiserver_receive_adapter",
  "jobsink",
  "mtping",
  "requestreply",
  "auth_proxy",
  "in_memory/channel_controller",
  "in_memory/channel_dispatcher",
  "mtchannel_broker",
  "broker/filter",
  "broker/ingress",
];

const fill = {
  ...Object.fromEntries(
    programs.map((name) => [
      `ko://knative.dev/eventing/cmd/${name}`,
      `gcr.io/knative-releases/knative.dev/eventing/cmd/${name}:${version}`,
    ]),
  ),
  devel: version.slice(1),
};

/** Eventing writes its webhooks' rules itself once it runs. Declared as well, every heal would revert them. */
const ownRules: Patch = patch(
  "webhook rules that Eventing writes",
  of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["rules"];
  },
);

/**
 * Knative Eventing with channels in memory and the broker on top of them: delivers events from sources to subscribers. Upstream's example
 * installation leaves it out, and its overlay does not render without network, so it comes from its Go module in profile full, too.
 */
export const knativeEventing: Product = {
  name: "knative-eventing",
  profiles: ["full"],
  namespaces: [namespace],
  sources: [
    {
      kind: "module",
      ...source,
      files: ["config/core", "config/channels/in-memory-channel", "config/brokers/mt-channel-broker"],
    },
  ],
  fill,
  patches: [ownRules],
  webhookProbes: [
    {
      apiVersion: "eventing.knative.dev/v1",
      kind: "Broker",
      metadata: { name: "kubeflow-stack-trial", namespace },
    },
  ],
};
