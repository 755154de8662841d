import { type Patch, mapsAt, of, patch } from "../../manifests";
import { kubeflow } from "../../versions";
import type { Product } from "../product";

const { eventing } = kubeflow;
const namespace = "knative-eventing";

/** Programs that upstream's release tooling names by their Go packages. */
const programs = [
  ...["controller", "webhook", "apiserver_receive_adapter", "jobsink", "mtping", "requestreply", "auth_proxy"],
  ...["in_memory/channel_controller", "in_memory/channel_dispatcher"],
  ...["mtchannel_broker", "broker/filter", "broker/ingress"],
];

const fill = {
  ...Object.fromEntries(programs.map((name) => [`ko://knative.dev/eventing/cmd/${name}`, eventing.image(name)])),
  devel: eventing.version.slice(1),
};

/** What the webhooks are asked about, Eventing says itself as soon as it runs; declared as well, it would be taken back by every heal. */
const ownRules: Patch = patch(
  "webhook rules that Eventing writes",
  of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["rules"];
  },
);

/**
 * Knative Eventing with channels in memory and the broker on top of them: events from sources to whoever asks for them. Upstream's example
 * leaves it out; its release does not render without network, so it comes from its Go module.
 * Needs nothing: its webhooks make their own certificates. Ready when they judge a Broker.
 */
export const knativeEventing: Product = {
  name: "knative-eventing",
  sources: [
    {
      kind: "module",
      ...eventing.module,
      files: ["config/core", "config/channels/in-memory-channel", "config/brokers/mt-channel-broker"],
    },
  ],
  fill,
  patches: [ownRules],
  offers: [
    {
      apiVersion: "eventing.knative.dev/v1",
      kind: "Broker",
      metadata: { name: "kubeflow-stack-trial", namespace },
    },
  ],
};
