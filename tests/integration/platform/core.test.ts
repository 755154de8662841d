import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { isMap, mapAt, mapsAt, textAt, type JsonMap } from "../../../infra/manifests";
import { Platform, loadPlatformManifests } from "../../../infra/platform";
import { imagesOf } from "../../../infra/products/product";
import { products } from "../../../infra/products/products";
import { type RecordedResource, recordResources } from "../../../engine/recorder";

const answers = {
  "random:index/randomPassword:RandomPassword": () => ({ result: "generated" }),
};

/** The pod specification of a recorded workload. */
const podOf = ({ inputs }: RecordedResource): JsonMap | undefined =>
  mapAt(inputs as JsonMap, "spec", "template", "spec");

describe("the core platform", () => {
  let resources: RecordedResource[];

  before(async function () {
    // Cold caches fetch the modules and kubectl first.
    this.timeout(30 * 60_000);
    const manifests = await loadPlatformManifests({ profile: "core" });
    resources = await recordResources(
      () => {
        const kubeconfig = pulumi.secret("a kubeconfig");
        const provider = new k8s.Provider("cluster", { kubeconfig });
        const settings = { objectStoreSize: "5Gi", rotation: 1 };
        // RecordedResource later than anything that does not depend on it.
        const late = new Promise<string>((resolve) => setTimeout(() => resolve("example.com/none"), 500));
        const volumes = [new k8s.storage.v1.StorageClass("late-class", { provisioner: late }, { provider })];
        new Platform("platform", {
          cluster: { kubeconfig, provider, volumes, published: () => pulumi.output("http://127.0.0.1:9000") },
          manifests,
          settings,
        });
      },
      { answers },
    );
  });

  const find = (label: string): RecordedResource => {
    const found = resources.find((resource) => resource.label === label);
    expect(found, label).to.exist;
    return found as RecordedResource;
  };

  it("registers every object once, as its own kind", () => {
    expect(resources.length).to.be.greaterThan(100);
    const names = resources.map(({ label }) => label);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.be.empty;
  });

  it("claims no volume before its storage class exists, since its pod would wait for minutes", () => {
    const at = (type: string) => resources.findIndex((resource) => resource.type === `kubernetes:${type}`);
    const claim = at("core/v1:PersistentVolumeClaim");
    expect(claim).to.be.above(at("storage.k8s.io/v1:StorageClass"));
    expect(at("storage.k8s.io/v1:StorageClass")).to.be.above(0);
  });

  it("keeps CRD bodies out of the state", () => {
    const sets = resources.filter(({ type }) => type === "kubeflow-stack:manifests:CrdSet");
    expect(sets.map(({ name }) => name)).to.have.members(["cert-manager", "knative", "kserve", "training-operator"]);
    for (const { inputs } of sets) expect(JSON.stringify(inputs).length).to.be.lessThan(4000);
    expect(resources.filter(({ type }) => type.endsWith(":CustomResourceDefinition"))).to.be.empty;
  });

  it("hands the kubeconfig to its own kinds as a secret", () => {
    for (const resource of resources.filter(({ type }) => type.startsWith("kubeflow-stack:manifests:"))) {
      if ("kubeconfig" in resource.inputs) expect(resource.secrets, resource.label).to.deep.equal(["/kubeconfig"]);
    }
  });

  it("runs every pod without rights and on a read-only root", () => {
    const workloads = resources.filter((resource) => podOf(resource) !== undefined);
    expect(workloads.length).to.equal(10);
    for (const workload of workloads) {
      const pod = podOf(workload);
      expect(mapAt(pod, "securityContext"), workload.label).to.include({ runAsNonRoot: true });
      for (const container of mapsAt(pod, "containers")) {
        expect(container["securityContext"], workload.label).to.deep.equal({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        });
        expect(container["imagePullPolicy"], workload.label).to.equal("IfNotPresent");
      }
    }
  });

  it("runs no image but the pinned ones", () => {
    const images = resources.flatMap((resource) =>
      mapsAt(podOf(resource), "containers").map((container) => textAt(container, "image")),
    );
    const full = images.map((image) => (/^[^/]+\.[^/]+\//.test(image) ? image : `docker.io/${image}`));
    expect(imagesOf(products, {})).to.include.members(full);
  });

  it("holds no literal credential", () => {
    const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    for (const { label, inputs, secrets: marked } of secrets) {
      for (const key of ["data", "stringData"]) {
        const fields = isMap(inputs[key]) ? Object.keys(inputs[key]) : [];
        const isMarked = (field: string) => marked.some((path) => `/${key}/${field}`.startsWith(path));
        expect(fields.every(isMarked), `${label} has ${key} that is no secret`).to.be.true;
      }
    }
    expect(JSON.stringify(resources.map(({ inputs }) => inputs))).not.to.match(/minio123|12341234/);
  });

  it("patches config-deployment and keeps Knative's own list", () => {
    const { inputs } = find("kubernetes:core/v1:ConfigMap::knative-serving/config-deployment");
    const data = mapAt(inputs as JsonMap, "data");
    expect(data?.["registries-skipping-tag-resolving"]).to.equal("kind.local,ko.local,dev.local,index.docker.io");
    expect(data?.["queue-sidecar-image"]).to.match(/^gcr\.io\/knative-releases\/.*\/queue:v/);
    expect(data).to.have.property("_example");
  });

  it("serves models as plain Deployments unless they say otherwise", () => {
    const { inputs } = find("kubernetes:core/v1:ConfigMap::kserve/inferenceservice-config");
    const data = mapAt(inputs as JsonMap, "data");
    expect(JSON.parse(textAt(data, "deploy"))).to.include({ defaultDeploymentMode: "Standard" });
    expect(JSON.parse(textAt(data, "ingress"))).to.include({ disableIngressCreation: true });
  });

  it("declares nothing that a controller fills in", () => {
    for (const { label, inputs } of resources) {
      if ("aggregationRule" in inputs) expect(inputs, label).not.to.have.property("rules");
      expect(inputs, label).not.to.have.property("status");
      expect(JSON.stringify(inputs["webhooks"] ?? ""), label).not.to.include("caBundle");
    }
  });

  it("offers the object store under the names that Kubeflow's components expect", () => {
    for (const name of ["minio-service", "minio"]) {
      const { inputs } = find(`kubernetes:core/v1:Service::minio-${name}`);
      expect(mapAt(inputs as JsonMap, "metadata")?.["name"]).to.equal(name);
    }
  });
});
