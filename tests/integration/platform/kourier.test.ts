import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type JsonMap, mapAt, mapsAt, textAt } from "../../../infra/manifests";
import { loadPlatformManifests, Platform } from "../../../infra/platform";
import { kourierImages } from "../../../infra/products/kourier";
import { imagesOf } from "../../../infra/products/product";
import { products } from "../../../infra/products/products";
import { recordProgram } from "../../../engine/program";
import { type RecordedResource, recordResources } from "../../../engine/recorder";

const answers = { "random:index/randomPassword:RandomPassword": () => ({ result: "generated" }) };

/** The core platform's resources, with Knative's ingress or without. */
async function record(knativeIngress: "none" | "kourier"): Promise<RecordedResource[]> {
  const manifests = await loadPlatformManifests({ profile: "core", knativeIngress });
  return recordResources(
    () => {
      const kubeconfig = pulumi.secret("a kubeconfig");
      const provider = new k8s.Provider("cluster", { kubeconfig });
      new Platform("platform", {
        cluster: { kubeconfig, provider, published: () => pulumi.output("http://127.0.0.1:9000") },
        manifests,
        settings: { objectStoreSize: "5Gi", rotation: 1 },
      });
    },
    { answers },
  );
}

describe("Kourier", () => {
  let without: RecordedResource[];
  let resources: RecordedResource[];

  before(async function () {
    // Cold caches fetch the module first.
    this.timeout(10 * 60_000);
    without = await record("none");
    resources = await record("kourier");
  });

  const inputsOf = (label: string, from = resources): JsonMap => {
    const found = from.find((resource) => resource.label === label);
    expect(found, label).to.exist;
    return found?.inputs as JsonMap;
  };
  const containersOf = (label: string) => mapsAt(mapAt(inputsOf(label), "spec", "template", "spec"), "containers");

  it("is there only where it is asked for, and all else is as it was", () => {
    const labels = (all: readonly RecordedResource[]) => all.map(({ label }) => label);
    expect(labels(without).filter((label) => /kourier/.test(label))).to.be.empty;
    expect(labels(resources).filter((label) => !/kourier/.test(label))).to.have.members(labels(without));
    expect(labels(resources).filter((label) => /Deployment::.*kourier/.test(label))).to.have.length(2);
  });

  it("runs net-kourier and an Envoy of an exact release, which a local node holds", () => {
    const { controller, envoy } = kourierImages;
    const images = ["knative-serving/net-kourier-controller", "kourier-system/3scale-kourier-gateway"].flatMap((name) =>
      containersOf(`kubernetes:apps/v1:Deployment::${name}`).map((container) => textAt(container, "image")),
    );
    expect(images).to.deep.equal([controller, envoy]);
    expect(envoy).to.match(/:v\d+\.\d+\.\d+$/);
    expect(imagesOf(products, { knativeIngress: "kourier" })).to.include.members(images);
    expect(imagesOf(products, {})).not.to.include.members(images);
  });

  it("publishes its gateway at a port of every node, and waits for no load balancer", () => {
    const spec = mapAt(inputsOf("kubernetes:core/v1:Service::kourier-system/kourier"), "spec");
    expect(spec?.["type"]).to.equal("NodePort");
    expect(mapsAt(spec, "ports").map((port) => [port["port"], port["nodePort"]])).to.deep.equal([[80, 30083]]);
  });

  it("is what Knative is told to use, and not where it is not", () => {
    const data = (name: string, from: RecordedResource[]) =>
      mapAt(inputsOf(`kubernetes:core/v1:ConfigMap::knative-serving/${name}`, from), "data");
    const key = "ingress-class";
    expect(data("config-network", resources)?.[key]).to.equal("kourier.ingress.networking.knative.dev");
    expect(data("config-network", resources)).to.have.property("_example");
    expect(data("config-domain", resources)).to.have.property("localhost", "");
    for (const name of ["config-network", "config-domain", "config-features"])
      expect(Object.keys(data(name, without) ?? {}), name).to.deep.equal(["_example"]);
  });

  it("is published by the local node, and told of among the outputs, where it is asked for", async () => {
    const nodeOf = async (config: Record<string, string>) => {
      const registered = await recordProgram(config, "dev");
      return registered.find(({ type }) => type === "kubeflow-stack:cluster:LocalNode")?.inputs as JsonMap;
    };
    const gateway = { name: "knative", hostPort: 18083, nodePort: 30083 };
    const asked = await nodeOf({ knativeIngress: "kourier", knativePort: "18083" });
    expect(asked["publish"]).to.deep.include(gateway);
    expect(asked["images"]).to.include.members(Object.values(kourierImages));
    const usual = await nodeOf({});
    expect(mapsAt(usual, "publish").map((port) => port["name"])).not.to.include("knative");
    expect(usual["images"]).not.to.include.members(Object.values(kourierImages));
  });
});
