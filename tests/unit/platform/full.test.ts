import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type JsonMap, isMap, mapAt, mapsAt, textAt } from "../../../infra/manifests";
import { Platform, type PlatformManifests, loadPlatformManifests } from "../../../infra/platform";
import { kubeflowArchive } from "../../support/kubeflowArchive";
import { type RecordedResource, recordResources } from "../../support/recordResources";

const generated = "generated-by-pulumi";
const answers = {
  "random:index/randomPassword:RandomPassword": () => ({ result: generated, bcryptHash: generated }),
};

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

describe("all of Kubeflow", () => {
  let loaded: PlatformManifests;
  let resources: RecordedResource[];

  before(async function () {
    // Cold caches fetch kubectl first, and render 28 overlays with it.
    this.timeout(30 * 60_000);
    loaded = await loadPlatformManifests({ profile: "full", distribution: kubeflowArchive() });
    resources = await recordResources(() => {
      const kubeconfig = pulumi.secret("a kubeconfig");
      const provider = new k8s.Provider("cluster", { kubeconfig });
      const cluster = { kubeconfig, provider, published: () => pulumi.output("http://127.0.0.1:9000") };
      new Platform("platform", { cluster, manifests: loaded, settings: { objectStoreSize: "5Gi", rotation: 1 } });
    }, answers);
  });

  const find = (urnEnd: string): JsonMap => {
    const found = resources.find((resource) => resource.urnEnd === urnEnd);
    expect(found, urnEnd).to.exist;
    return found?.inputs as JsonMap;
  };

  it("registers every object once, as the kind it is", () => {
    const names = resources.map(({ urnEnd }) => urnEnd);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).to.be.empty;
    expect(names.length).to.be.greaterThan(600);
    expect(resources.filter(({ type }) => type.endsWith(":CustomResourceDefinition"))).to.be.empty;
  });

  it("brings every CRD of the distribution", () => {
    const crds = resources
      .filter(({ type }) => type === "kubeflow-stack:manifests:CrdSet")
      .flatMap(({ inputs }) => Object.keys(inputs["crds"] as JsonMap));
    expect(crds).to.have.length(82);
    expect(crds).to.include.members(["tfjobs.kubeflow.org", "trainjobs.trainer.kubeflow.org", "profiles.kubeflow.org"]);
  });

  it("leaves none of upstream's credentials anywhere", () => {
    for (const { urnEnd, inputs } of resources) {
      const text = JSON.stringify(inputs);
      expect(
        wellKnown.filter((literal) => text.includes(literal)),
        urnEnd,
      ).to.be.empty;
    }
  });

  it("has no Secret with content that was not generated", () => {
    const secrets = resources.filter(({ type }) => type === "kubernetes:core/v1:Secret");
    const content = secrets.flatMap(({ urnEnd, inputs }) => {
      const fields = {
        ...(isMap(inputs["data"]) ? inputs["data"] : {}),
        ...(isMap(inputs["stringData"]) ? inputs["stringData"] : {}),
      };
      return Object.entries(fields).map(([key, value]) => ({
        key: `${urnEnd} ${key}`,
        value: textAt({ value }, "value"),
      }));
    });
    const names = ["kubeflow-oidc-authservice", "root"];
    expect(content.length).to.be.greaterThan(10);
    const literal = content.filter(({ value }) => !value.includes(generated) && !names.includes(value));
    expect(literal).to.deep.equal([]);
  });

  it("lets nobody into a database without a password, and tells the database a new one", () => {
    for (const name of ["mysql", "katib-mysql"]) {
      const pod = mapAt(find(`kubernetes:apps/v1:Deployment::kubeflow/${name}`), "spec", "template", "spec");
      const [container] = mapsAt(pod, "containers");
      expect(mapsAt(container, "env").map((entry) => textAt(entry, "name"))).not.to.include(
        "MYSQL_ALLOW_EMPTY_PASSWORD",
      );
      expect(container?.["args"]).to.include("--init-file=/etc/mysql-password/init.sql");
    }
    const secret = find("kubernetes:core/v1:Secret::mysql-password");
    expect(textAt(secret, "stringData", "init.sql")).to.include(`IDENTIFIED BY '${generated}'`);
  });

  it("has MinIO where the bundled object store was", () => {
    const remains = resources.filter(
      ({ type, inputs }) => !type.startsWith("kubeflow-stack:") && /seaweedfs/.test(JSON.stringify(inputs)),
    );
    expect(remains.map(({ urnEnd }) => urnEnd)).to.be.empty;
  });

  it("declares nothing that a controller fills in", () => {
    for (const { urnEnd, inputs } of resources) {
      if ("aggregationRule" in inputs) expect(inputs, urnEnd).not.to.have.property("rules");
      expect(JSON.stringify(inputs["webhooks"] ?? ""), urnEnd).not.to.include("caBundle");
    }
  });

  it("keeps the state's part of it small", () => {
    expect(JSON.stringify(resources.map(({ inputs }) => inputs)).length).to.be.lessThan(1_500_000);
  });
});
