import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parse } from "yaml";
import { type JsonMap, mapAt, mapsAt, textAt } from "../../../infra/manifests";
import { needsDistribution } from "../../support/kubeflow/distribution";
import { FullPlatform, generated } from "../../support/kubeflow/fullPlatform";

const users = [
  { email: "ada@example.org", groups: ["research"], admin: true },
  { email: "bob@example.org" },
  { email: "eve@example.org", groups: ["research", "sales"] },
];
const profiles = [
  { name: "ada", owner: "ada@example.org", contributors: ["bob@example.org"], quota: { cpu: "8" } },
  { name: "lab", owner: "bob@example.org", groups: ["research"] },
];

const valueOf = <T>(output: pulumi.Input<T>): Promise<T> =>
  new Promise((resolve) => pulumi.output(output).apply((value) => resolve(value as T)));

interface DexUser {
  readonly email: string;
  readonly hashFromEnv: string;
  readonly groups?: string[];
  readonly userID: string;
}

describe("who uses Kubeflow", () => {
  let full: FullPlatform;

  before(async function () {
    this.timeout(30 * 60_000);
    await needsDistribution(this);
    full = await FullPlatform.record({ users, profiles });
  });

  const dexUsers = (platform: FullPlatform): DexUser[] => {
    const config = platform.inputs("kubernetes:core/v1:ConfigMap::auth/dex");
    return (parse(textAt(config, "data", "config.yaml")) as { staticPasswords: DexUser[] }).staticPasswords;
  };

  it("lets every user in by a generated password, whose hash alone dex knows", () => {
    const known = dexUsers(full);
    expect(known.map(({ email, groups }) => [email, groups])).to.deep.equal(
      users.map(({ email, groups }) => [email, groups]),
    );
    expect(new Set(known.map(({ userID }) => userID)).size).to.equal(users.length);
    const hashes = mapAt(full.inputs("kubernetes:core/v1:Secret::dex-passwords"), "stringData") ?? {};
    expect(Object.keys(hashes)).to.have.members(known.map(({ hashFromEnv }) => hashFromEnv));
    expect(new Set(Object.values(hashes)).size).to.equal(users.length);
    for (const hash of Object.values(hashes)) expect(hash).to.match(new RegExp(`^${generated}.*-hashed$`));
  });

  it("knows upstream's one user and profile where none are named", async () => {
    const standard = await FullPlatform.record();
    expect(dexUsers(standard).map(({ email }) => email)).to.deep.equal(["user@example.com"]);
    const profile = standard.inputs("kubernetes:kubeflow.org/v1:Profile::kubeflow-user-example-com");
    expect(profile["spec"]).to.deep.equal({
      owner: { kind: "User", name: "user@example.com" },
      resourceQuotaSpec: {},
    });
    expect(await valueOf(standard.platform.outputs["dashboardUser"])).to.equal("user@example.com");
  });

  it("has dex and the access management start anew when users change, and not otherwise", async () => {
    const revision = (platform: FullPlatform, name: string) =>
      textAt(
        mapAt(platform.inputs(`kubernetes:apps/v1:Deployment::${name}`), "spec", "template", "metadata", "annotations"),
        "kubeflow-stack/revision",
      );
    const same = await FullPlatform.record({ users, profiles: [] });
    const fewer = await FullPlatform.record({ users: users.slice(1), profiles: [] });
    for (const name of ["auth/dex", "kubeflow/profiles-deployment"]) {
      expect(revision(same, name)).to.equal(revision(full, name)).and.not.to.equal("");
      expect(revision(fewer, name)).not.to.equal(revision(full, name));
    }
  });

  it("names the administrator to the access management", () => {
    const [config] = full.of("core/v1:ConfigMap").filter(({ name }) => name.startsWith("kubeflow/profiles-config-"));
    expect(textAt(config?.inputs as JsonMap, "data", "ADMIN")).to.equal("ada@example.org");
  });

  it("tells the dashboard's address and the logins, the passwords as secrets", async () => {
    const outputs = full.platform.outputs;
    expect(await valueOf(outputs["dashboardUrl"])).to.equal("http://node/dashboard");
    expect(outputs["dashboardUser"]).to.equal("ada@example.org");
    for (const name of ["dashboardPassword", "userPasswords"])
      expect(await pulumi.isSecret(outputs[name] as pulumi.Output<unknown>), name).to.be.true;
    const passwords = await valueOf(outputs["userPasswords"] as pulumi.Output<Record<string, string>>);
    expect(Object.keys(passwords)).to.deep.equal(users.map(({ email }) => email));
    expect(await valueOf(outputs["dashboardPassword"])).to.equal(passwords["ada@example.org"]);
    expect(new Set(Object.values(passwords)).size).to.equal(users.length);
  });

  it("publishes the gateway before the dashboard, and lets requests to it", () => {
    const { spec } = full.inputs("kubernetes:core/v1:Service::kubeflow-dashboard");
    const gateway = full.inputs("kubernetes:apps/v1:Deployment::istio-system/istio-ingressgateway");
    const selector = mapAt(spec, "selector");
    expect(mapAt(gateway, "spec", "template", "metadata", "labels")).to.include(selector);
    expect(mapsAt(spec, "ports")).to.deep.equal([{ name: "http2", port: 80, targetPort: 8080, nodePort: 30082 }]);
    const policy = full.inputs("kubernetes:networking.k8s.io/v1:NetworkPolicy::kubeflow-dashboard");
    expect(mapAt(policy, "spec", "podSelector", "matchLabels")).to.deep.equal(selector);
  });

  it("makes a Profile for each, waits until its namespace is whole, and declares no such namespace", () => {
    const made = full.of("kubeflow.org/v1:Profile");
    expect(
      made.map(({ inputs }) => [textAt(inputs as JsonMap, "metadata", "name"), inputs["spec"]]),
    ).to.have.deep.members([
      ["ada", { owner: { kind: "User", name: "ada@example.org" }, resourceQuotaSpec: { hard: { cpu: "8" } } }],
      ["lab", { owner: { kind: "User", name: "bob@example.org" }, resourceQuotaSpec: {} }],
    ]);
    for (const { inputs } of made)
      expect(textAt(inputs as JsonMap, "metadata", "annotations", "pulumi.com/waitFor")).to.include(
        "profile-finalizer",
      );
    expect(full.of("core/v1:Namespace").map(({ name }) => name)).not.to.include.members(["ada", "lab"]);
  });

  it("lets contributors and the members of groups work in a profile as the access management would", () => {
    const bindings = full.of("rbac.authorization.k8s.io/v1:RoleBinding").map(({ inputs }) => inputs as JsonMap);
    const rights = bindings
      .filter((inputs) => ["ada", "lab"].includes(textAt(inputs, "metadata", "namespace")))
      .map((inputs) => [
        ...[textAt(inputs, "metadata", "namespace"), textAt(inputs, "metadata", "name")],
        ...[textAt(inputs, "metadata", "annotations", "user"), textAt(inputs, "roleRef", "name")],
      ]);
    expect(rights).to.have.deep.members([
      ["ada", "user-bob-example-org-clusterrole-edit", "bob@example.org", "kubeflow-edit"],
      ["lab", "user-ada-example-org-clusterrole-edit", "ada@example.org", "kubeflow-edit"],
      ["lab", "user-eve-example-org-clusterrole-edit", "eve@example.org", "kubeflow-edit"],
    ]);
    const policies = full.resources.filter(
      ({ type, inputs }) =>
        type.endsWith(":AuthorizationPolicy") && textAt(inputs as JsonMap, "metadata", "namespace") === "lab",
    );
    expect(
      policies.flatMap(({ inputs }) => mapsAt(inputs as JsonMap, "spec", "rules").map(({ when }) => when)),
    ).to.have.deep.members(
      ["ada", "eve"].map((name) => [{ key: "request.headers[kubeflow-userid]", values: [`${name}@example.org`] }]),
    );
  });

  it("takes over the owner's annotation of a namespace, which the profile controller set first", () => {
    const patch = full.inputs("kubernetes:core/v1:NamespacePatch::lab-owner");
    expect(mapAt(patch, "metadata", "annotations")).to.deep.equal({
      owner: "bob@example.org",
      "pulumi.com/patchForce": "true",
    });
  });

  it("gives each profile credentials of its own, which reach what is its own and what all share", () => {
    const user = full.inputs("kubeflow-stack:storage:BucketUser::lab-artifacts");
    expect(user).to.deep.include({ bucket: "mlpipeline", prefix: "private-artifacts/lab", access: "readwrite" });
    expect(mapsAt(user, "alsoWrites").map(({ prefix }) => prefix)).to.deep.equal([
      ...["private/lab", "artifacts", "shared", "models"],
    ]);
    const secrets = ["ada", "lab"].map((name) => full.inputs(`kubernetes:core/v1:Secret::${name}-artifacts`));
    for (const secret of secrets) expect(textAt(secret, "metadata", "name")).to.equal("mlpipeline-minio-artifact");
    expect(secrets.map((secret) => textAt(secret, "metadata", "namespace"))).to.deep.equal(["ada", "lab"]);
    expect(new Set(secrets.map((secret) => textAt(secret, "stringData", "secretkey"))).size).to.equal(2);
  });

  it("has KServe's Secret and ServiceAccount under the examples' names in each profile", () => {
    const secret = full.inputs("kubernetes:core/v1:Secret::lab-kserve");
    expect(secret["metadata"]).to.deep.include({ name: "minio-kserve-secret", namespace: "lab" });
    expect(mapAt(secret, "metadata", "annotations")).to.include({
      "serving.kserve.io/s3-endpoint": "minio-service.kubeflow:9000",
      "serving.kserve.io/s3-usehttps": "0",
    });
    const own = mapAt(full.inputs("kubernetes:core/v1:Secret::lab-artifacts"), "stringData");
    expect(secret["stringData"]).to.deep.equal({
      AWS_ACCESS_KEY_ID: own?.["accesskey"],
      AWS_SECRET_ACCESS_KEY: own?.["secretkey"],
    });
    const account = full.inputs("kubernetes:core/v1:ServiceAccount::lab-kserve");
    expect(account["metadata"]).to.deep.include({ name: "sa-minio-kserve", namespace: "lab" });
    expect(mapsAt(account, "secrets")).to.deep.equal([{ name: "minio-kserve-secret" }]);
  });
});
