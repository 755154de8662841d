import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { connect } from "../../cli/drift/cluster";
import { changedArchive } from "../support/changedArchive";
import { inventory } from "../support/inventory";
import { kubeflowArchive } from "../support/kubeflowArchive";
import { type MixedCluster, startMixedCluster } from "../support/mixedCluster";
import { Place } from "../support/place";
import { judged } from "../support/simulated/judged";

// One story: each test goes on from where the one before left the cluster.
describe("all of Kubeflow", function () {
  this.timeout(20 * 60_000);
  this.bail(true);

  const folder = mkdtempSync(join(tmpdir(), "full-test-"));
  const place = new Place("full", folder, ["--project", join(__dirname, "../support/simulated")]);
  let cluster: MixedCluster;
  let atFirst: string[];
  let rotation = 1;

  const configure = (distribution: { location: string; sha256: string }): void => {
    const { kubeconfigPath, objectStoreUrl } = cluster;
    const own = {
      cluster: "kubeconfig",
      kubeconfig: kubeconfigPath,
      registry: "localhost:1",
      profile: "full",
      distribution,
      rotation,
    };
    const config = {
      ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`kubeflow-stack:${key}`, value])),
      ...{ "simulated:objectStoreUrl": objectStoreUrl, "simulated:awaited": "true", "simulated:mixed": "true" },
    };
    writeFileSync(place.configFile, stringify({ config }));
  };
  const succeed = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await place.run(...words);
    expect(code, stderr.slice(-3000)).to.equal(0);
    return stdout;
  };
  /** What a preview would do, and to what. */
  const previewed = async (): Promise<{ op: string; urn: string }[]> => {
    const { steps } = JSON.parse(await succeed("pulumi", "preview", "--json")) as {
      steps: { op: string; urn: string }[];
    };
    return steps
      .filter(({ op }) => op !== "same")
      .map(({ op, urn }) => ({ op, urn: urn.slice(urn.lastIndexOf("$") + 1) }));
  };

  before(async () => {
    cluster = await startMixedCluster("full-test");
    atFirst = await inventory(cluster.kubeconfigPath);
    configure(kubeflowArchive());
  });

  after(async () => {
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("comes up in one pass, nothing refused on the way", async () => {
    await succeed("up");
  });

  it("changes nothing when brought up again", async () => {
    expect(await previewed()).to.deep.equal([]);
  });

  it("gets other credentials by a raised number, all that reads them started anew", async () => {
    const api = await connect(cluster.kubeconfig);
    const password = async () => {
      const { body } = await api.request("GET", "/api/v1/namespaces/kubeflow/secrets/mysql-password");
      return (body as { data: Record<string, string> }).data["root-password"];
    };
    const database = async () => {
      const { body } = await api.request("GET", "/apis/apps/v1/namespaces/kubeflow/deployments/mysql");
      return body as { status: { availableReplicas: number; observedGeneration: number } };
    };
    const [oldPassword, old] = [await password(), await database()];
    rotation = 2;
    configure(kubeflowArchive());
    await succeed("pulumi", "up", "--yes", "--skip-preview");
    expect(await password()).not.to.equal(oldPassword);
    const { status } = await database();
    expect(status.observedGeneration).to.be.above(old.status.observedGeneration);
    expect(status.availableReplicas).to.equal(1);
    api.close();
    expect(await previewed()).to.deep.equal([]);
  });

  it("shows no drift", async () => {
    expect(await succeed("drift")).to.equal("");
  });

  for (const { kind, path, good, bad, because } of judged)
    it(`has its own webhook judge a ${kind}`, async () => {
      const api = await connect(cluster.kubeconfig);
      const offer = (object: unknown) => api.request("POST", `${path}?dryRun=All`, object);
      const [taken, refused] = [await offer(good), await offer(bad)];
      api.close();
      expect(taken.status, JSON.stringify(taken.body)).to.equal(201);
      expect(JSON.stringify(refused.body))
        .to.match(/admission webhook .* denied the request/)
        .and.match(because);
    });

  it("shows what another release adds, changes and prunes, by its pin alone", async () => {
    const role = {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRole",
      metadata: { name: "kubeflow-next" },
      rules: [],
    };
    const archive = await changedArchive(folder, {
      "common/kubeflow-roles/base/resources.yaml": (objects) => [...objects, role],
      "common/kubeflow-namespace/base/resources.yaml": (objects) =>
        objects
          .filter(({ metadata }) => metadata.name !== "model-registry-ui")
          .map((object) =>
            object.metadata.name === "katib-ui"
              ? { ...object, metadata: { ...object.metadata, labels: { release: "next" } } }
              : object,
          ),
    });
    configure(archive);
    expect(await previewed()).to.have.deep.members([
      { op: "create", urn: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::kubeflow-next" },
      { op: "update", urn: "kubernetes:networking.k8s.io/v1:NetworkPolicy::kubeflow/katib-ui" },
      { op: "delete", urn: "kubernetes:networking.k8s.io/v1:NetworkPolicy::kubeflow/model-registry-ui" },
    ]);
    configure(kubeflowArchive());
  });

  it("goes with nothing left", async () => {
    await succeed("down");
    expect((await inventory(cluster.kubeconfigPath)).filter((name) => !atFirst.includes(name))).to.deep.equal([]);
  });
});
