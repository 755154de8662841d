/** `kubeflow-stack:manifests:WebhookReady`: waits until a product's webhooks answer. Creates nothing in the cluster. */
import { sharedClient, type KubeClient } from "../../../kube/client";
import { type Context, InitializationError, type Kind } from "../../base";
import { waitUntilNoneMissing } from "./cluster";
import { type WebhookConfiguration, type WebhookProbe, missingForProbe, missingFrom } from "./webhookApi";

interface WebhookReadyInputs {
  kubeconfig: string;
  configurations: WebhookConfiguration[];
  /** The webhooks' probes. The name stays as it is in the state of stacks. */
  offers: WebhookProbe[];
  /** Changes with what the webhooks' servers are made from. */
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
  const client = sharedClient(inputs.kubeconfig);
  const missing = await waitUntilNoneMissing(ctx, () => missingNow(client, inputs));
  if (missing.length > 0) {
    const reasons = missing.map((phrase) => `It lacks ${phrase}; look at the pods behind its service.`);
    throw new InitializationError("Not every webhook answers.", ctx.name, inputs, reasons, inputs);
  }
  return inputs;
}

async function missingNow(
  client: KubeClient,
  { configurations, offers: webhookProbes }: WebhookReadyInputs,
): Promise<string[]> {
  const missing = (await Promise.all(configurations.map((one) => missingFrom(client, one)))).flat();
  if (missing.length > 0) return [...new Set(missing)];
  // Only the API server knows for certain: endpoints may be listed before they can be reached.
  const answers = await Promise.all(webhookProbes.map((probe) => missingForProbe(client, probe)));
  return answers.flatMap((phrase) => phrase ?? []);
}
