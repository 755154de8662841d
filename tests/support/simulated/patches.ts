import { type KubernetesObject, mapsAt, of, patch, type Patch } from "../../../infra/manifests";

const webhookConfigurations = of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]);

/** Whether an object comes to be ready where pods are simulated: all do but webhooks and Profiles, whose controllers do not run. */
export const isAnswered = (object: KubernetesObject): boolean =>
  !webhookConfigurations(object) && object.kind !== "Profile";

/**
 * What a cluster with simulated pods needs: webhooks that nobody answers are passed over, and quickly, since each call of one
 * costs its timeout all the same.
 */
export const patches: readonly Patch[] = [
  patch("webhooks that nobody answers", webhookConfigurations, (object) => {
    for (const webhook of mapsAt(object, "webhooks")) {
      webhook["failurePolicy"] = "Ignore";
      webhook["timeoutSeconds"] = 1;
    }
  }),
];
