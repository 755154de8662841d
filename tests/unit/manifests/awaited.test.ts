import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type Awaited, type KubernetesObject, ManifestSet } from "../../../infra/manifests";
import { recordResources } from "../../../engine/recorder";

const webhooks = (name: string): KubernetesObject => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "ValidatingWebhookConfiguration",
  metadata: { name },
  webhooks: [],
});
const deployment: KubernetesObject = {
  apiVersion: "apps/v1",
  kind: "Deployment",
  spec: {},
  metadata: { name: "d", namespace: "n" },
};

describe("the objects that a set of manifests waits for", () => {
  const record = async (awaited?: Awaited) => {
    const objects = [deployment, webhooks("real"), webhooks("simulated")];
    const manifest = { name: "product", objects, crds: [], bodies: "" };
    const recorded = await recordResources(
      () =>
        new ManifestSet("product", {
          manifest,
          kubeconfig: pulumi.secret("k"),
          ...(awaited === undefined ? {} : { awaited }),
        }),
    );
    const of = (name: string) => recorded.find(({ type }) => type.endsWith(name))?.inputs;
    const { annotations } = of(":Deployment")?.["metadata"] as { annotations?: Record<string, string> };
    const configurations = of(":WebhookReady")?.["configurations"] as { name: string }[] | undefined;
    return { skips: annotations?.["pulumi.com/skipAwait"], webhooks: configurations?.map(({ name }) => name) };
  };

  it("are all of them by default", async () => {
    expect(await record()).to.deep.equal({ skips: undefined, webhooks: ["real", "simulated"] });
  });

  it("are none when awaiting is off", async () => {
    expect(await record(false)).to.deep.equal({ skips: "true", webhooks: undefined });
  });

  it("are those that a function selects", async () => {
    expect(await record(({ metadata }) => metadata.name === "real")).to.deep.equal({
      skips: "true",
      webhooks: ["real"],
    });
  });
});
