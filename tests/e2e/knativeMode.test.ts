import { expect } from "chai";
import type { KubeObject } from "../../kube/object";
import type { StackOutputs } from "../../infra/outputs";
import { askHost } from "../support/machine/askHost";
import { Kube } from "../support/cluster/kube";
import { heldOutDigits, instance } from "../support/digits/mnist";
import { freePorts } from "../support/machine/ports";
import { runCommand, sharedStack, upAgain } from "../support/stack/stack";
import { until } from "../support/machine/until";

const namespace = "digits";
const name = "digits-scaled";
const serving = "serving.kserve.io/v1beta1";
const runtimes = "serving.kserve.io/v1alpha1";

interface Runtime extends KubeObject {
  readonly spec: { readonly containers: readonly Record<string, unknown>[] };
}
interface Standard extends KubeObject {
  readonly spec: { readonly predictor: { readonly model: { readonly storageUri: string; readonly runtime: string } } };
}
interface Status {
  readonly status?: { readonly url?: string; readonly conditions?: readonly { type: string; status: string }[] };
}

// Somebody serves the stack's model once more, by the same image and with the same rights, but in Knative mode.
describe("an InferenceService in Knative mode", function () {
  this.bail(true);

  let outputs: StackOutputs;
  let kube: Kube;
  let isConnected = false;
  let runtime: KubeObject;
  let service: KubeObject;
  let host: string;

  before("bring the stack up, and Kourier in it", async () => {
    await sharedStack();
    const [knativePort] = await freePorts(1);
    ({ outputs } = await upAgain({ knativeIngress: "kourier", knativePort }));
    kube = await Kube.connect(outputs.kubeconfig);
    isConnected = true;
  });

  after("take Kourier out again", async () => {
    try {
      // Kourier has to see the service go: it is who lets its Ingress be deleted.
      for (const object of [service, runtime]) if (object !== undefined) await kube.delete(object);
      if (isConnected) await until("the service's Ingress to go", async () => (await ingresses()).length === 0);
    } finally {
      if (isConnected) kube.close();
      await upAgain({ knativeIngress: undefined, knativePort: undefined });
    }
  });

  const ingresses = () => kube.list("networking.internal.knative.dev/v1alpha1", "Ingress");
  const pods = async () =>
    (await kube.list("v1", "Pod")).filter(
      ({ metadata }) => (metadata["labels"] as Record<string, string>)["serving.kserve.io/inferenceservice"] === name,
    );
  const right = async (): Promise<number> => {
    const instances = heldOutDigits.map((digit) => instance(digit, 255));
    const { status, text } = await askHost(`${outputs.knativeUrl}/v1/models/digits:predict`, host, { instances });
    expect(status, text).to.equal(200);
    const { predictions } = JSON.parse(text) as { predictions: number[][] };
    return predictions.filter((row, at) => row.indexOf(Math.max(...row)) === heldOutDigits[at]?.label).length;
  };

  it("cannot be reached before it exists", async () => {
    const { status } = await askHost(outputs.knativeUrl ?? "", `${name}-predictor.${namespace}.localhost`);
    expect(status).to.equal(404);
  });

  it("becomes ready under the restricted pod security standard, at a host of its own", async () => {
    const standard = (await kube.get(serving, "InferenceService", namespace, "digits")) as Standard;
    const { model } = standard.spec.predictor;
    const ours = (await kube.get(runtimes, "ServingRuntime", namespace, model.runtime)) as Runtime;
    // The one thing in it that Knative does not take: it drains pods by itself.
    const containers = ours.spec.containers.map(({ lifecycle: _, ...container }) => container);
    runtime = {
      apiVersion: runtimes,
      kind: "ServingRuntime",
      metadata: { name, namespace },
      spec: { ...ours.spec, supportedModelFormats: [{ name: "tfjs", version: "4" }], containers },
    };
    const user = { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532 };
    service = {
      apiVersion: serving,
      kind: "InferenceService",
      metadata: { name, namespace, annotations: { "serving.kserve.io/deploymentMode": "Knative" } },
      spec: {
        predictor: {
          serviceAccountName: "sa-minio-kserve",
          minReplicas: 0,
          // The shortest that Knative takes, so that it goes soon when nobody asks.
          annotations: { "autoscaling.knative.dev/window": "6s" },
          securityContext: { ...user, seccompProfile: { type: "RuntimeDefault" } },
          model: { modelFormat: { name: "tfjs", version: "4" }, runtime: name, storageUri: model.storageUri },
        },
      },
    };
    await kube.apply(runtime);
    await kube.apply(service);
    host = await until(
      "the service to be ready",
      async () => {
        const { status } = (await kube.get(serving, "InferenceService", namespace, name)) as Status;
        const isReady = status?.conditions?.some((one) => one.type === "Ready" && one.status === "True");
        return isReady ? new URL(status?.url ?? "").host : undefined;
      },
      180,
    );
    expect(host).to.equal(`${name}-predictor.${namespace}.localhost`);
  });

  it("classifies digits through Kourier's gateway", async () => {
    expect(await right()).to.be.at.least(28);
  });

  it("scales to zero without requests, and back for the next request", async () => {
    await until("its last pod to go", async () => (await pods()).length === 0, 180);
    expect(await right()).to.be.at.least(28);
    expect(await pods()).to.have.length(1);
  });

  it("leaves no drift in the stack", async () => {
    const drift = await runCommand("drift");
    expect(drift.stdout).to.equal("");
    expect((await upAgain()).changes).to.equal(0);
  });
});
