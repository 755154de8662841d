import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { assertOutputs } from "../../infra/outputs";

/**
 * Reads what the stack offers, and puts where the model is into a namespace of this team's own, for its pods to read.
 * The outputs are typed and checked as a whole: a stack that is not up to its end is an error that says what is missing.
 */
const config = new pulumi.Config();
const reference = new pulumi.StackReference(config.require("stack"));
const stack = pulumi.all([reference.outputs, reference.name]).apply(([outputs, name]) => {
  assertOutputs(outputs, name);
  return outputs;
});

const leastPercent = config.requireNumber("leastPercent");
// One of the outputs is a secret, and so the whole of them is; where the model is, is none.
const model = pulumi.unsecret(
  stack.apply(({ model: offered, predictorUrl }) => {
    const percent = 100 * offered.accuracy;
    if (percent < leastPercent)
      throw new Error(
        `Model ${offered.version} names ${percent.toFixed(1)} % of the held-out digits rightly, and ${String(leastPercent)} % was asked for; train it for longer, or lower leastPercent.`,
      );
    return { name: offered.name, version: offered.version, url: `${predictorUrl}/v1/models/${offered.name}:predict` };
  }),
);

const provider = new k8s.Provider("cluster", { kubeconfig: stack.kubeconfig, enableServerSideApply: true });
const namespace = new k8s.core.v1.Namespace("team", { metadata: { name: "digits-consumer" } }, { provider });
const whereabouts = new k8s.core.v1.ConfigMap(
  "model",
  { metadata: { name: "model", namespace: namespace.metadata.name }, data: model },
  { provider },
);

/** The call that answers which digit an image shows. */
export const predict = model.url;
/** The ConfigMap that says so to this team's pods. */
export const configMap = pulumi.interpolate`${whereabouts.metadata.namespace}/${whereabouts.metadata.name}`;
