import { expect } from "chai";
import { readFileSync } from "node:fs";
import { parse as parseYaml } from "yaml";
import { catalog } from "../../../catalog";
import { type Fault, SettingsError } from "../../../infra/settings";
import { kubeflow } from "../../../infra/versions";
import { digitsSettings } from "../../../workloads/digits/settings";

const { documented, parse: parseSettings } = catalog.settings;

function faultsOf(record: Record<string, unknown>, stack = "dev"): readonly Fault[] {
  try {
    parseSettings(record, stack);
  } catch (error) {
    if (error instanceof SettingsError) return error.faults;
    throw error;
  }
  return [];
}

const profile = { name: "team", owner: "user@example.com" };

describe("settings", () => {
  it("has a default for everything a local cluster needs", () => {
    const settings = parseSettings({}, "dev");
    expect(settings).to.include({ cluster: "local", profile: "core", apiPort: 16443, stack: "dev" });
    expect(settings.ports).to.include({ page: 8080, objectStore: 9000 });
    expect(digitsSettings.parse(settings.workloads["digits"])).to.include({ dataset: "embedded", seed: 1 });
  });

  it("reads values as the engine hands them over: text, objects as JSON", () => {
    const settings = parseSettings({ apiPort: "17443", digits: '{"epochs":3,"learningRate":0.01}' }, "dev");
    expect(settings.apiPort).to.equal(17443);
    expect(digitsSettings.parse(settings.workloads["digits"])).to.include({
      epochs: 3,
      learningRate: 0.01,
      batchSize: 128,
    });
  });

  it("does not take a version or a path for a number", () => {
    expect(parseSettings({ kubernetesVersion: "1.34.4" }, "dev").kubernetesVersion).to.equal("1.34.4");
  });

  const wrong: [string, Record<string, unknown>, string, RegExp][] = [
    ["an unknown cluster", { cluster: "kind" }, "cluster", /local .* or kubeconfig/],
    ["an unknown profile", { profile: "tiny" }, "profile", /core .* or full/],
    ["a port that is none", { apiPort: "http" }, "apiPort", /a free port of this machine for the Kubernetes API/],
    ["a port beyond the last", { pagePort: 65536 }, "pagePort", /at most 65535/],
    ["a port of 0", { predictorPort: 0 }, "predictorPort", /at least 1/],
    ["a fraction for a whole number", { rotation: 1.5 }, "rotation", /./],
    ["a size without a unit", { objectStoreSize: "10" }, "objectStoreSize", /10Gi/],
    ["a version that is none", { kubernetesVersion: "latest" }, "kubernetesVersion", /1\.34\.4/],
    ["a version that no local node is made for", { kubernetesVersion: "1.33.0" }, "kubernetesVersion", /1\.34\.4/],
    ["a bucket without a folder", { digits: { dataset: "s3://numbers" } }, "digits.dataset", /s3:\/\/bucket\/folder/],
    ["a pattern for a folder", { digits: { dataset: "s3://numbers/*" } }, "digits.dataset", /s3:\/\/bucket\/folder/],
    ["KServe left out", { without: ["kserve"] }, "without", /remove kserve/],
    ["what KServe needs left out", { without: '["katib","cert-manager"]' }, "without", /remove cert-manager/],
    [
      ...(["what was asked for left out", { knativeIngress: "kourier", without: ["kourier"] }] as const),
      ...(["without", /remove kourier, and knativeIngress/] as const),
    ],
    ["the namespace left out", { without: ["kubeflow-namespace"] }, "without", /remove kubeflow-namespace/],
    ["a subnet outside the range", { subnet: "10.0.0.0/16" }, "subnet", /198\.18/],
    ["epochs beyond reason", { digits: { epochs: 100000 } }, "digits.epochs", /at most 1000/],
    ["a learning rate that is text", { digits: { learningRate: "fast" } }, "digits.learningRate", /learning rate/],
    ["a data set that is no address", { digits: { dataset: "mnist" } }, "digits.dataset", /embedded/],
    ["digits that are no object", { digits: 5 }, "digits", /an object/],
    ["a key that does not exist", { pagPort: 80 }, "pagPort", /did you mean pagePort\?/],
    ["a key that resembles none", { colour: "red" }, "colour", /remove it/],
    ["an inner key that does not exist", { digits: { epoch: 3 } }, "digits.epoch", /did you mean epochs\?/],
    ["a kubeconfig for a local cluster", { kubeconfig: "~/.kube/config" }, "kubeconfig", /set cluster to kubeconfig/],
    ["a local cluster to be adopted", { adopt: true }, "adopt", /set cluster to kubeconfig/],
    ["an adoption that is no word", { adopt: "perhaps" }, "adopt", /true or false/],
    ["users that are no list", { users: "somebody" }, "users", /a list of users/],
    ["a user who is no object", { users: ["user@example.com"] }, "users.0", /email: user@example\.com/],
    ["an address in capitals", { users: [{ email: "User@example.com" }] }, "users.0.email", /in lower case/],
    ["a user's unknown key", { users: '[{"email":"a@b","grups":[]}]' }, "users.0.grups", /did you mean groups\?/],
    ["groups that are text", { users: [{ email: "a@b", groups: "x" }] }, "users.0.groups", /a list of groups/],
    ["a profile that is no namespace", { profiles: [{ name: "A", owner: "a@b" }] }, "profiles.0.name", /a namespace/],
    ["a quota that is none", { profiles: [{ ...profile, quota: { cpu: [] } }] }, "profiles.0.quota.cpu", /as in 8 or/],
    ["a mirror with a scheme", { imageMirror: "https://mirror" }, "imageMirror", /mirror\.example\.com\/all/],
    ["an unknown ingress of Knative's", { knativeIngress: "istio" }, "knativeIngress", /none .* or kourier/],
    ["a gateway's port that another has", { knativeIngress: "kourier", knativePort: 8080 }, "knativePort", /pagePort/],
    ["a port for the dashboard that is none", { dashboardPort: 0 }, "dashboardPort", /at least 1/],
    ["two ports alike", { pagePort: 9000 }, "objectStorePort", /pagePort has this one/],
  ];
  for (const [what, record, key, remedy] of wrong) {
    it(`names key, value and remedy of ${what}`, () => {
      const [fault, ...others] = faultsOf(record);
      expect(others).to.be.empty;
      expect(fault?.key).to.equal(key);
      expect(fault?.remedy).to.match(remedy);
      expect(fault?.value).to.not.equal("nothing");
    });
  }

  it("names the files of a data set whose sums are not given", () => {
    const sum = "0".repeat(64);
    const files = ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"];
    const sums = Object.fromEntries(files.map((name, index) => [index === 0 ? `${name}.gz` : name, sum]));
    const dataset = "s3://numbers/mnist";
    const [fault, ...others] = faultsOf({ digits: { dataset, datasetSha256: sums } });
    expect(others).to.be.empty;
    expect(fault).to.include({ key: "digits.datasetSha256" });
    expect(fault?.remedy).to.match(/SHA-256 of t10k-labels-idx1-ubyte,/);
    const all = { ...sums, "t10k-labels-idx1-ubyte": sum };
    expect(faultsOf({ digits: { dataset, datasetSha256: all } })).to.be.empty;
    expect(faultsOf({ digits: { dataset } })[0]?.value).to.equal("nothing");
  });

  it("leaves the version of a cluster of one's own to its owner", () => {
    const own = { cluster: "kubeconfig", kubeconfig: "~/.kube/config", registry: "ghcr.io/a" };
    expect(parseSettings({ ...own, kubernetesVersion: "1.33.0" }, "dev").kubernetesVersion).to.equal("1.33.0");
  });

  it("asks for what a cluster of one's own needs", () => {
    expect(faultsOf({ cluster: "kubeconfig" }).map(({ key, value }) => [key, value])).to.deep.equal([
      ["kubeconfig", "nothing"],
      ["registry", "nothing"],
    ]);
  });

  it("reports all faults together, those across keys too", () => {
    const faults = faultsOf(
      { profile: "x", apiPort: "y", digits: { epochs: 0, sed: 1 }, registry: "ghcr.io/a", zzz: 1 },
      "Dev!",
    );
    expect(faults.map(({ key }) => key)).to.have.members([
      ...["(stack)", "profile", "apiPort", "digits.epochs", "digits.sed", "registry", "zzz"],
    ]);
  });

  const distribution = { sha256: "0".repeat(64) };

  it("asks for the checksum of profile full's archive, whose address it knows", () => {
    expect(parseSettings({ profile: "full", distribution }, "dev").distribution).to.deep.equal({
      ...distribution,
      location: kubeflow.archive,
    });
    const copy = { ...distribution, location: "./a.tar.gz" };
    expect(parseSettings({ profile: "full", distribution: copy }, "dev").distribution).to.deep.equal(copy);
    expect(() => parseSettings({ profile: "full" }, "dev")).to.throw(
      "distribution is nothing: set it, since profile is full",
    );
    const faulty = { profile: "full", distribution: { location: "ftp://a", sha: "0" }, without: ["Spark!"] };
    expect(() => parseSettings(faulty, "dev"))
      .to.throw("distribution.sha256 is nothing: give the SHA-256")
      .with.property("message")
      .that.includes("without.0 is")
      .and.includes("distribution.location is")
      .and.includes("distribution.sha is");
  });

  it("takes users and profiles that fit one another", () => {
    const users = [{ email: "a@b.org", groups: ["x"], admin: true }, { email: "c@b.org" }];
    const profiles = [{ name: "one", owner: "c@b.org", contributors: ["a@b.org"], groups: ["x"], quota: { cpu: 8 } }];
    const settings = parseSettings({ profile: "full", distribution, users, profiles }, "dev");
    expect(settings.users).to.deep.equal(users);
    expect(settings.profiles).to.deep.equal([{ ...profiles[0], quota: { cpu: "8" } }]);
  });

  it("names every fault of users and profiles that do not fit one another", () => {
    const users = [
      { email: "a@b.org", admin: true },
      { email: "a@b.org", admin: true },
    ];
    const profiles = [
      { name: "kubeflow", owner: "a@b.org" },
      { name: "one", owner: "z@b.org", contributors: ["a@b.org", "y@b.org"], groups: ["x"] },
      { name: "one", owner: "a@b.org" },
    ];
    const faults = faultsOf({ profile: "full", distribution, users, profiles });
    expect(faults.map(({ key, value }) => [key, value])).to.deep.equal([
      ["users.1.email", '"a@b.org"'],
      ["users.1.admin", "true"],
      ["profiles.0.name", '"kubeflow"'],
      ["profiles.1.owner", '"z@b.org"'],
      ["profiles.1.contributors.1", '"y@b.org"'],
      ["profiles.1.groups.0", '"x"'],
      ["profiles.2.name", '"one"'],
    ]);
  });

  it("does not let two into a profile whom Kubeflow could not tell apart", () => {
    const users = [{ email: "a.b@c.org" }, { email: "a-b@c.org", groups: ["x"] }, { email: "owner@c.org" }];
    const profiles = [{ name: "one", owner: "owner@c.org", contributors: ["a.b@c.org"], groups: ["x"] }];
    const [fault, ...others] = faultsOf({ profile: "full", distribution, users, profiles });
    expect(others).to.be.empty;
    expect(fault).to.include({ key: "profiles.0", value: '"a-b@c.org"' });
    expect(fault?.remedy).to.match(/take a-b@c\.org or a\.b@c\.org out/);
    expect(faultsOf({ profile: "full", distribution, users, profiles: [{ ...profiles[0], groups: [] }] })).to.be.empty;
  });

  it("keeps the dashboard's port free of others where there is one", () => {
    expect(faultsOf({ dashboardPort: 8080 })).to.be.empty;
    const [fault] = faultsOf({ profile: "full", distribution, dashboardPort: 8080 });
    expect(fault).to.deep.include({ key: "dashboardPort", value: "8080" });
  });

  it("lets Knative be reached through Kourier in profile core alone", () => {
    expect(parseSettings({ knativeIngress: "kourier" }, "dev").ports).to.include({ knative: 8083 });
    const [fault, ...others] = faultsOf({ profile: "full", distribution, knativeIngress: "kourier" });
    expect(others).to.be.empty;
    expect(fault).to.deep.include({ key: "knativeIngress", value: '"kourier"' });
    expect(fault?.remedy).to.match(/set profile to core/);
  });

  it("keeps the gateway's port free of others where there is one", () => {
    expect(faultsOf({ knativePort: 8080 })).to.be.empty;
  });

  it("is what Pulumi.yaml says, key for key and default for default", () => {
    const { config } = parseYaml(readFileSync("Pulumi.yaml", "utf8")) as {
      config: Record<string, { default?: unknown; description?: string; type?: string }>;
    };
    // Keys without a default cannot be declared there: Pulumi would ask for them.
    expect(Object.keys(config)).to.have.members(documented.map(({ key }) => key));
    for (const { key, default: standard, description } of documented) {
      expect(config[key]?.default, key).to.deep.equal(standard);
      expect(config[key]?.description, key).to.equal(description).and.not.to.equal("");
      expect(config[key]?.type, key).to.be.a("string");
    }
  });
});
