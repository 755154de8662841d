import { expect } from "chai";
import { type JsonMap, isMap, mapAt, mapsAt, textAt } from "../../../infra/manifests";
import { needsDistribution } from "../../support/kubeflow/distribution";
import { FullPlatform, generated } from "../../support/kubeflow/fullPlatform";
import type { RecordedResource } from "../../../engine/recorder";

/** Upstream's literal credentials, as they stand in its manifests or would after decoding. */
const wellKnown = [
  "minio123",
  "12341234",
  "pUBnBOY80SnXgjibTYM9iWNzY2xreNGQok",
  "cFVCbkJPWTgwU25YZ2ppYlRZTTlaV056WTJ4cmVOR1Fvaw==",
  "7d16fee92f8d11b8940b081b3f8b8acb",
  "N2QxNmZlZTkyZjhkMTFiODk0MGIwODFiM2Y4YjhhY2I=",
  "$2y$12$4K/VkmDd1q1Orb3xAt82zu8gk7Ad6ReFR4LCP9UeYE90NLiN9Df72",
  "dGVzdA==",
];

describe("the program of profile full", () => {
  let full: FullPlatform;
  let resources: readonly RecordedResource[];

  before(async function () {
    // Cold caches fetch kubectl first, and render 28 overlays with it.
    this.timeout(30 * 60_000);
    await needsDistribution(this);
    full = await FullPlatform.record();
    ({ resources } = full);
  });

  it("registers every object once, as its own kind", () => {
    const names = resources.map(({ label }) => label);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.be.empty;
    expect(names.length).to.be.greaterThan(600);
    expect(resources.filter(({ type }) => type.endsWith(":CustomResourceDefinition"))).to.be.empty;
  });

  it("brings every CRD of the distribution", () => {
    const sets = resources.filter(({ type }) => type === "kubeflow-stack:manifests:CrdSet");
    const of = (wanted: readonly RecordedResource[]) =>
      wanted.flatMap(({ inputs }) => Object.keys(inputs["crds"] as JsonMap));
    const crds = of(sets.filter(({ name }) => name !== "knative-eventing" && name !== "dex"));
    expect(crds).to.have.length(81);
    // One of dex's is the distribution's; the others dex would make itself, and leave.
    const [dex, ...more] = sets.filter(({ name }) => name === "dex");
    expect(more).to.deep.equal([]);
    expect(Object.keys(dex?.inputs["crds"] as JsonMap)).to.have.length(12);
    expect(of(sets)).to.include.members(["brokers.eventing.knative.dev", "inmemorychannels.messaging.knative.dev"]);
    expect(crds).to.include.members(["tfjobs.kubeflow.org", "trainjobs.trainer.kubeflow.org", "profiles.kubeflow.org"]);
  });

  it("deletes what istiod creates in every namespace", () => {
    const { objects } = full.inputs("kubeflow-stack:manifests:Leftovers::istio");
    expect(objects).to.deep.equal([
      { apiVersion: "v1", plural: "configmaps", name: "istio-ca-root-cert", labels: { "istio.io/config": "true" } },
    ]);
  });

  it("contains none of upstream's credentials", () => {
    for (const { label, inputs } of resources) {
      const text = JSON.stringify(inputs);
      expect(
        wellKnown.filter((literal) => text.includes(literal)),
        label,
      ).to.be.empty;
    }
  });

  it("has no Secret with content that was not generated", () => {
    const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    const content = secrets.flatMap(({ label, inputs }) => {
      const fields = {
        ...(isMap(inputs["data"]) ? inputs["data"] : {}),
        ...(isMap(inputs["stringData"]) ? inputs["stringData"] : {}),
      };
      return Object.entries(fields).map(([key, value]) => ({
        key: `${label} ${key}`,
        value: textAt({ value }, "value"),
      }));
    });
    const names = ["kubeflow-oidc-authservice", "root"];
    expect(content.length).to.be.greaterThan(10);
    const literal = content.filter(({ value }) => !value.includes(generated) && !names.includes(value));
    expect(literal).to.deep.equal([]);
  });

  it("protects each database by a password, and changes it in the database", () => {
    for (const name of ["mysql", "katib-mysql"]) {
      const pod = mapAt(full.inputs(`kubernetes:apps/v1:Deployment::kubeflow/${name}`), "spec", "template", "spec");
      const [container] = mapsAt(pod, "containers");
      expect(mapsAt(container, "env").map((entry) => textAt(entry, "name"))).not.to.include(
        "MYSQL_ALLOW_EMPTY_PASSWORD",
      );
      expect((container?.["command"] as string[]).join(" ")).to.include("--init-file=/etc/mysql-password/init.sql");
    }
    const secret = full.inputs("kubernetes:core/v1:Secret::mysql-password");
    expect(textAt(secret, "stringData", "init.sql")).to.include(`IDENTIFIED BY '${generated}`);
  });

  it("gives the metadata store its database's credentials by a Secret", () => {
    const settings = full.inputs("kubernetes:core/v1:ConfigMap::kubeflow/pipeline-install-config");
    const [host, port, database] = ["dbHost", "dbPort", "mlmdDb"].map((key) => textAt(settings, "data", key));
    const config = textAt(
      full.inputs("kubernetes:core/v1:Secret::metadata-store-config"),
      "stringData",
      "config.pbtxt",
    );
    expect(config).to.include(`host: "${host}" port: ${port} database: "${database}"`);
    expect(config).to.include(`user: "root" password: "${generated}`);
    const server = JSON.stringify(full.inputs("kubernetes:apps/v1:Deployment::kubeflow/metadata-grpc-deployment"));
    expect(server).to.include("--metadata_store_server_config_file=/etc/metadata-store/config.pbtxt");
  });

  it("has MinIO in the place of the bundled object store", () => {
    const remains = resources.filter(
      ({ type, inputs }) => !type.startsWith("kubeflow-stack:") && /seaweedfs/.test(JSON.stringify(inputs)),
    );
    // Pipelines' launcher looks for the store under this name where nobody tells it another.
    expect(remains.map(({ label }) => label)).to.deep.equal(["kubernetes:core/v1:Service::minio-seaweedfs"]);
    const { spec } = full.inputs("kubernetes:core/v1:Service::minio-seaweedfs");
    expect(mapAt(spec, "selector")).to.include({ app: "minio" });
  });

  it("lets other namespaces reach the object store past the mesh's proxy and the namespace's policy", () => {
    const { spec } = full.inputs("kubernetes:apps/v1:Deployment::minio");
    expect(mapAt(spec, "template", "metadata", "labels")).to.include({ "sidecar.istio.io/inject": "false" });
    const policy = full.inputs("kubernetes:networking.k8s.io/v1:NetworkPolicy::minio-reachable");
    expect(mapsAt(policy, "spec", "ingress")).to.deep.equal([
      { ports: [9000, 9001].map((port) => ({ port, protocol: "TCP" })) },
    ]);
  });

  it("has the pods of Knative Eventing that the example lists, each with an image of the release", () => {
    const deployments = full.of("apps/v1:Deployment").filter(({ name }) => name.startsWith("knative-eventing/"));
    expect(deployments.map(({ name }) => name.slice("knative-eventing/".length))).to.include.members([
      ...["eventing-controller", "eventing-webhook", "imc-controller", "imc-dispatcher"],
      ...["mt-broker-controller", "mt-broker-filter", "mt-broker-ingress"],
    ]);
    expect(JSON.stringify(deployments)).not.to.include("ko://");
  });

  it("declares nothing that a controller fills in", () => {
    for (const { label, inputs } of resources) {
      if ("aggregationRule" in inputs) expect(inputs, label).not.to.have.property("rules");
      expect(JSON.stringify(inputs["webhooks"] ?? ""), label).not.to.include("caBundle");
    }
  });

  it("keeps the state's part of it small", () => {
    expect(JSON.stringify(resources.map(({ inputs }) => inputs)).length).to.be.lessThan(1_500_000);
  });
});
