/** `kubeflow-stack:manifests:WebhookReady`: waits until a product's webhooks answer. Holds nothing in the cluster. */
import { type Context, InitializationError, type Kind } from "../../base";
import { type KubernetesApi, connect } from "./kubernetesApi";
import { waitUntilNothing } from "./waitFor";
import { type OfferedObject, type WebhookConfiguration, lackingOf, refusalOf } from "./webhookApi";

interface WebhookReadyInputs {
  kubeconfig: string;
  configurations: WebhookConfiguration[];
  offers: OfferedObject[];
  /** What the webhooks' servers are made from. */
  revision: string;
}

export const webhookReady: Kind<WebhookReadyInputs, WebhookReadyInputs> = {
  type: "kubeflow-stack:manifests:WebhookReady",
  outputs: [],

  async create(inputs, ctx) {
    return { id: ctx.name, state: await wait(inputs, ctx) };
  },

  update: (_id, _state, _oldInputs, news, ctx) => wait(news, ctx),

  async delete() {},
};

async function wait(inputs: WebhookReadyInputs, ctx: Context): Promise<WebhookReadyInputs> {
  const api = connect(inputs.kubeconfig);
  const lacking = await waitUntilNothing(ctx, () => lackingNow(api, inputs));
  if (lacking.length > 0) {
    const reasons = lacking.map((phrase) => `It lacks ${phrase}; look at the pods behind its service.`);
    throw new InitializationError("Not every webhook answers.", ctx.name, inputs, reasons, inputs);
  }
  return inputs;
}

async function lackingNow(api: KubernetesApi, { configurations, offers }: WebhookReadyInputs): Promise<string[]> {
  const lacking = (await Promise.all(configurations.map((configuration) => lackingOf(api, configuration)))).flat();
  if (lacking.length > 0) return [...new Set(lacking)];
  // The last word has the API server itself: endpoints may be known before its way to them is open.
  return (await Promise.all(offers.map((offer) => refusalOf(api, offer)))).flatMap((refusal) => refusal ?? []);
}
