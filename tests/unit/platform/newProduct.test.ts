import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { createCatalog } from "../../../catalog";
import { reportText } from "../../../cli/report";
import { withConfigSection, withSettingsTable } from "../../../cli/settingsDocs";
import { type RecordedResource, recordResources } from "../../../engine/recorder";
import { Cluster } from "../../../infra/cluster";
import { loadPlatformManifests, Platform } from "../../../infra/platform";
import { type JsonMap, mapAt, mapsAt, textAt } from "../../../infra/objects";
import { imagesOf } from "../../../infra/products/product";
import { imageTable } from "../../../infra/recipes/images";
import { products } from "../../../infra/products/products";
import { SettingsError } from "../../../infra/settings";
import { tracking } from "../../fixtures/products/tracking";

// The one line that adds the product.
const catalog = createCatalog({ products: [...products, tracking], workloads: [] });

const answers = {
  "random:index/randomPassword:RandomPassword": (inputs: Record<string, unknown>, name: string) => ({
    result: pulumi.secret(`generated-${name}-${JSON.stringify(inputs["keepers"] ?? {})}`),
  }),
  "kubeflow-stack:cluster:LocalNode": () => ({ kubeconfig: pulumi.secret("a kubeconfig"), clusterId: "test" }),
};

interface Recorded {
  readonly resources: readonly RecordedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** The platform with the product, and of the others those only that it needs. */
async function record(configuration: Readonly<Record<string, unknown>> = {}): Promise<Recorded> {
  const without = ["cert-manager", "knative", "kserve", "training-operator"];
  const settings = catalog.settings.parse({ ...configuration, without }, "test");
  const manifests = await loadPlatformManifests(settings, catalog.products);
  let outputs: Record<string, unknown> = {};
  const resources = await recordResources(
    async () => {
      const cluster = new Cluster("cluster", {
        settings,
        endpoints: catalog.endpoints,
        images: imagesOf(catalog.products, settings),
        namespaces: manifests.namespaces,
        crdVersions: manifests.crdVersions,
      });
      const platform = new Platform("platform", { cluster, manifests, settings });
      outputs = await new Promise((resolve) => pulumi.output(platform.outputs).apply(resolve));
    },
    { answers },
  );
  return { resources, outputs };
}

describe("A product that is added by one file and one line", () => {
  let first: Recorded;
  let rotated: Recorded;

  before(async () => {
    first = await record();
    rotated = await record({ rotation: "2", trackingPort: "18090" });
  });

  const find = (label: string, { resources }: Recorded = first): RecordedResource => {
    const found = resources.find((resource) => resource.label === label);
    if (!found) throw new Error(`There is no ${label}; there are ${resources.map((one) => one.label).join(", ")}.`);
    return found;
  };
  const inputs = (label: string, from: Recorded = first): JsonMap => find(label, from).inputs as JsonMap;

  it("has its generated Secret, whose values are secrets of the state", () => {
    const secret = find("kubernetes:core/v1:Secret::tracking-admin");
    const { password, user } = mapAt(secret.inputs as JsonMap, "stringData") ?? {};
    expect(user).to.equal("admin");
    expect(password).to.match(/^generated-tracking-admin-/);
    expect(secret.secrets.some((path) => "/stringData/password".startsWith(path))).to.equal(true);
  });

  it("restarts the pods that read a rotated Secret, and no others", () => {
    const template = (name: string, from: Recorded) =>
      mapAt(inputs(`kubernetes:apps/v1:Deployment::tracking/${name}`, from), "spec", "template");
    for (const name of ["tracking", "tracking-mysql"])
      expect(template(name, rotated), name).not.to.deep.equal(template(name, first));
    expect(template("tracking-docs", rotated)).to.deep.equal(template("tracking-docs", first));
    const password = (from: Recorded) =>
      textAt(inputs("kubernetes:core/v1:Secret::tracking-admin", from), "stringData", "password");
    expect(password(rotated)).not.to.equal(password(first));
  });

  it("has its bucket, and a user whose keys lie in its namespace, both made by the object store's administrator", () => {
    const bucket = inputs("kubeflow-stack:storage:Bucket::tracking-tracking");
    const user = inputs("kubeflow-stack:storage:BucketUser::tracking-store");
    expect(bucket).to.include({ bucket: "tracking", endpoint: "http://127.0.0.1:9000" });
    expect(user).to.include({ bucket: "tracking", access: "readwrite", accessKey: bucket["accessKey"] ?? "none" });
    const secret = inputs("kubernetes:core/v1:Secret::tracking-store");
    expect(textAt(secret, "metadata", "namespace")).to.equal("tracking");
    expect(mapAt(secret, "stringData")).to.deep.equal({
      accessKey: user["userAccessKey"],
      secretKey: user["userSecretKey"],
    });
    const { dependencies } = find("kubeflow-stack:storage:Bucket::tracking-tracking");
    expect(dependencies).to.include("kubernetes:apps/v1:Deployment::minio");
  });

  it("has its database's root password set from a Secret, which other Secrets may hold, too", () => {
    const server = inputs("kubernetes:apps/v1:Deployment::tracking/tracking-mysql");
    const [container] = mapsAt(mapAt(server, "spec", "template", "spec"), "containers");
    expect(JSON.stringify(container?.["env"])).to.include("tracking-mysql-password");
    const secret = mapAt(inputs("kubernetes:core/v1:Secret::tracking-mysql-password"), "stringData");
    expect(secret?.["init.sql"]).to.include(secret?.["root-password"]);
    const connection = inputs("kubernetes:core/v1:Secret::tracking-connection");
    expect(textAt(connection, "stringData", "password")).to.equal(secret?.["root-password"]);
  });

  it("starts its pods after what they read", () => {
    const { dependencies } = find("kubernetes:apps/v1:Deployment::tracking/tracking");
    const barrier = find(dependencies.find((label) => label.includes("tracking-foundation")) ?? "none");
    expect(barrier.dependencies).to.include.members([
      "kubernetes:core/v1:Secret::tracking-admin",
      "kubernetes:core/v1:Secret::tracking-store",
      "kubernetes:core/v1:Secret::tracking-mysql-password",
      "kubeflow-stack:storage:Bucket::tracking-tracking",
    ]);
  });

  it("has a setting for its port, with a default and a description", () => {
    expect(catalog.settings.documented).to.deep.include({
      key: "trackingPort",
      default: 8090,
      description: "Loopback port of the tracking server.",
    });
    expect(catalog.settings.parse({}, "test").ports).to.include({ tracking: 8090 });
  });

  it("is documented by npm run format", () => {
    const { documented } = catalog.settings;
    expect(withConfigSection("config:\n", documented)).to.include("  trackingPort:\n    type: integer");
    const readme = withSettingsTable("<!-- configuration: -->\n<!-- /configuration -->", documented);
    expect(readme).to.include("| `trackingPort` | `8090` |");
  });

  it("keeps its port free of others, and its namespace free of Profiles", () => {
    const faultsOf = (configuration: Record<string, unknown>): string[] => {
      try {
        catalog.settings.parse(configuration, "test");
        return [];
      } catch (error) {
        if (error instanceof SettingsError) return error.faults.map(({ key }) => key);
        throw error;
      }
    };
    expect(faultsOf({ trackingPort: 9000 })).to.deep.equal(["trackingPort"]);
    const profiles = [{ name: "tracking", owner: "user@example.com" }];
    const distribution = { sha256: "0".repeat(64) };
    expect(faultsOf({ profile: "full", distribution, profiles })).to.deep.equal(["profiles.0.name"]);
    expect(faultsOf({ trackingPort: 9000, without: ["tracking"] })).to.deep.equal([]);
  });

  it("is published at a port of every node and of this machine", () => {
    const service = inputs("kubernetes:core/v1:Service::tracking-published");
    expect(mapsAt(service, "spec", "ports")).to.deep.equal([
      { name: "http", port: 80, targetPort: 5000, nodePort: 30090 },
    ]);
    const policy = mapAt(inputs("kubernetes:networking.k8s.io/v1:NetworkPolicy::tracking-published"), "spec");
    expect(mapAt(policy, "podSelector", "matchLabels")).to.deep.equal({ app: "tracking" });
    expect(mapsAt(policy, "ingress")).to.deep.equal([{ ports: [{ port: 5000, protocol: "TCP" }] }]);
    const node = inputs("kubeflow-stack:cluster:LocalNode::cluster-node", rotated);
    expect(mapsAt(node, "publish")).to.deep.include({ name: "tracking", hostPort: 18090, nodePort: 30090 });
    expect(node["images"]).to.include("example.org/tracking:v1.2.3");
  });

  it("has its image built by its own recipe", () => {
    expect(Object.keys(imageTable(catalog.products))).to.include("example.org/tracking:v1.2.3");
  });

  it("has an output and a line in the final report", () => {
    expect(rotated.outputs).to.include({ trackingUrl: "http://127.0.0.1:18090" });
    expect(reportText(rotated.outputs, catalog.report, "test", false)).to.match(
      /Tracking +http:\/\/127\.0\.0\.1:18090 +as admin/,
    );
  });

  it("is not there without it", async () => {
    const others = createCatalog({ products, workloads: [] });
    expect(others.settings.keys).not.to.include("trackingPort");
    expect(others.report.map(({ label }) => label)).not.to.include("Tracking");
  });
});
