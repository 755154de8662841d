import { mapsAt, of, patch, type Patch } from "../../../infra/manifests";

/**
 * What a cluster with simulated pods needs: webhooks that nobody answers are passed over, and quickly, since each call of one
 * costs its timeout all the same.
 */
export const patches: readonly Patch[] = [
  patch(
    "webhooks that nobody answers",
    of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
    (object) => {
      for (const webhook of mapsAt(object, "webhooks")) {
        webhook["failurePolicy"] = "Ignore";
        webhook["timeoutSeconds"] = 1;
      }
    },
  ),
];
