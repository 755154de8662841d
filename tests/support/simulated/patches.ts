import { type KubernetesObject, mapAt, mapsAt, of, patch, type Patch } from "../../../infra/manifests";
import { simulatedLabel, simulatedTaint } from "../cluster/kwok";
import { hasServer, realPods, runsReally } from "./realPods";

const webhookConfigurations = of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]);
const workloads = of(["Deployment", "StatefulSet", "DaemonSet", "Job"]);

/**
 * What a cluster with simulated pods needs: webhooks that nobody answers are passed over, and quickly, since each call of one
 * costs its timeout all the same.
 * @param mixed - whether the pods that can really run do, on a node of their own, with their webhooks as upstream has them
 */
export function patchesFor(mixed: boolean): readonly Patch[] {
  const unanswered = patch("webhooks that nobody answers", webhookConfigurations, (object) => {
    for (const webhook of mapsAt(object, "webhooks")) {
      if (mixed && hasServer(webhook)) continue;
      webhook["failurePolicy"] = "Ignore";
      webhook["timeoutSeconds"] = 1;
      // Behind a service of a real network the call would be waited for; here it is refused at once.
      if (mixed) webhook["clientConfig"] = { url: "https://127.0.0.1:1/" };
    }
  });
  const simulated = patch("pods that are simulated", (object) => workloads(object) && !runsReally(object), simulate);
  return mixed ? [unanswered, simulated, ...realPods] : [unanswered];
}

/** Whether an object comes to be ready: all do but webhooks without a server, and Profiles where no controller is simulated for them. */
export function isAnswered(mixed: boolean): (object: KubernetesObject) => boolean {
  return (object) => {
    if (object.kind === "Profile") return mixed;
    return !webhookConfigurations(object) || (mixed && mapsAt(object, "webhooks").every(hasServer));
  };
}

function simulate(object: KubernetesObject): void {
  const pod = mapAt(object, "spec", "template", "spec");
  if (!pod) return;
  pod["nodeSelector"] = { ...simulatedLabel };
  const { key, effect } = simulatedTaint;
  pod["tolerations"] = [...mapsAt(pod, "tolerations"), { key, operator: "Exists", effect }];
}
