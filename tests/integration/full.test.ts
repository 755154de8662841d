import { expect } from "chai";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { connect } from "../../drift/cluster";
import type { KubeObject } from "../../kube/object";
import { changedArchive } from "../support/kubeflow/changedArchive";
import { inventory } from "../support/stack/inventory";
import { distribution, needsDistribution } from "../support/kubeflow/distribution";
import { Kube } from "../support/cluster/kube";
import { dexNodePort, type MixedCluster, startMixedCluster } from "../support/cluster/mixedCluster";
import { Place } from "../support/stack/place";
import { refused } from "../support/stack/refused";
import { type OidcClient, signIn } from "../support/kubeflow/signIn";
import { judged } from "../support/simulated/judged";
import { simulateProfiles } from "../support/simulated/simulatedProfiles";
import { until } from "../support/machine/until";

// One story: each test goes on from where the one before left the cluster.
describe("all of Kubeflow", function () {
  this.timeout(20 * 60_000);
  this.bail(true);

  let folder: string;
  let place: Place;
  let cluster: MixedCluster;
  let atFirst: string[];
  let rotation = 1;
  let known: { client: OidcClient; passwords: Record<string, string> };
  let stopProfiles: () => Promise<void>;
  const profiles = [
    { name: "team", owner: "user@example.com", groups: ["research"], quota: { pods: 20 } },
    { name: "guests", owner: "ada@example.com" },
  ];
  const users: readonly { email: string; groups?: string[]; admin?: boolean }[] = [
    { email: "user@example.com", admin: true },
    { email: "ada@example.com", groups: ["research"] },
  ];

  const configure = (archive: { location: string; sha256: string }): void => {
    const { kubeconfigPath, objectStoreUrl } = cluster;
    const own = {
      cluster: "kubeconfig",
      kubeconfig: kubeconfigPath,
      registry: "localhost:1",
      profile: "full",
      distribution: archive,
      rotation,
      users,
      profiles,
    };
    const config = {
      ...Object.fromEntries(Object.entries(own).map(([key, value]) => [`kubeflow-stack:${key}`, value])),
      "simulated:objectStoreUrl": objectStoreUrl,
      "simulated:awaited": "true",
      "simulated:mixed": "true",
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

  /** The passwords that the stack tells of. */
  const passwords = async (): Promise<Record<string, string>> =>
    JSON.parse(await succeed("pulumi", "stack", "output", "userPasswords", "--show-secrets", "--json")) as Record<
      string,
      string
    >;
  /** What oauth2-proxy's pods are given. */
  const client = async (kube: Kube): Promise<OidcClient> => {
    const secret = await kube.get("v1", "Secret", "oauth2-proxy", "oauth2-proxy-h675gf55ht");
    const { data } = secret as unknown as { data: Record<string, string> };
    const decode = (text = "") => Buffer.from(text, "base64").toString("utf8");
    return { id: decode(data["client-id"]), secret: decode(data["client-secret"]) };
  };

  before(async function () {
    await needsDistribution(this);
    folder = mkdtempSync(join(tmpdir(), "full-test-"));
    place = new Place("full", folder, ["--project", join(__dirname, "../support/simulated")]);
    cluster = await startMixedCluster("full-test");
    atFirst = await inventory(cluster.kubeconfigPath);
    stopProfiles = await simulateProfiles(cluster.kubeconfig);
    configure(await distribution());
  });

  after(async () => {
    await stopProfiles?.();
    await cluster?.stop();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  it("comes up in one pass, nothing refused on the way", async () => {
    await succeed("up");
  });

  it("changes nothing when brought up again", async () => {
    expect(await previewed()).to.deep.equal([]);
  });

  it("opens the gateway behind what guards it, and starts pipelines behind their credentials", async () => {
    const { deployment } = JSON.parse(await succeed("pulumi", "stack", "export")) as {
      deployment: { resources: { urn: string; dependencies?: string[] }[] };
    };
    const direct = new Map(deployment.resources.map(({ urn, dependencies = [] }) => [urn, dependencies]));
    const behind = (end: string): string[] => {
      const found = new Set([...direct.keys()].filter((urn) => urn.endsWith(end)));
      for (const urn of found) for (const other of direct.get(urn) ?? []) found.add(other);
      return [...found].map((urn) => urn.slice(urn.lastIndexOf("$") + 1));
    };
    expect(behind("core/v1:Service::kubeflow-dashboard"))
      .to.include("kubernetes:apps/v1:Deployment::oauth2-proxy/oauth2-proxy")
      .and.include(
        "kubernetes:security.istio.io/v1beta1:AuthorizationPolicy::istio-system/istio-ingressgateway-oauth2-proxy",
      );
    expect(behind("apps/v1:Deployment::kubeflow/ml-pipeline")).to.include("kubernetes:core/v1:Secret::minio-artifacts");
  });

  it("lets users in by their generated passwords, and by no others", async () => {
    const kube = await Kube.connect(cluster.kubeconfig);
    await kube.apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name: "dex-outside", namespace: "auth" },
      spec: { type: "NodePort", selector: { app: "dex" }, ports: [{ port: 5556, nodePort: dexNodePort }] },
    });
    await until("dex answers", async () => (await fetch(new URL("/dex/healthz", cluster.dexUrl))).ok);
    known = { client: await client(kube), passwords: await passwords() };
    kube.close();
    expect(Object.keys(known.passwords)).to.have.members(users.map(({ email }) => email));
    for (const { email, groups } of users) {
      const claims = await signIn(cluster.dexUrl, known.client, { email, password: known.passwords[email] ?? "" });
      expect(claims)
        .to.include({ email })
        .and.to.deep.include(groups ? { groups } : {});
      expect(await signIn(cluster.dexUrl, known.client, { email, password: "12341234" })).to.equal(undefined);
    }
  });

  it("puts into profiles' namespaces what their users work with", async () => {
    const kube = await Kube.connect(cluster.kubeconfig);
    const there = async (apiVersion: string, kind: string, name: string) =>
      expect(await kube.get(apiVersion, kind, "team", name), `${kind} ${name}`).not.to.equal(undefined);
    await there("v1", "Secret", "mlpipeline-minio-artifact");
    await there("v1", "Secret", "minio-kserve-secret");
    await there("v1", "ServiceAccount", "sa-minio-kserve");
    await there("rbac.authorization.k8s.io/v1", "RoleBinding", "user-ada-example-com-clusterrole-edit");
    await there("security.istio.io/v1", "AuthorizationPolicy", "user-ada-example-com-clusterrole-edit");
    kube.close();
  });

  it("gives a profile to another owner", async () => {
    Object.assign(profiles[1] ?? {}, { owner: "user@example.com" });
    configure(await distribution());
    await succeed("pulumi", "up", "--yes", "--skip-preview");
    const kube = await Kube.connect(cluster.kubeconfig);
    await until("the new owner administers the namespace", async () => {
      const binding = await kube.get("rbac.authorization.k8s.io/v1", "RoleBinding", "guests", "namespaceAdmin");
      return JSON.stringify(binding).includes('"name":"user@example.com"');
    });
    kube.close();
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
    configure(await distribution());
    await succeed("pulumi", "up", "--yes", "--skip-preview");
    expect(await password()).not.to.equal(oldPassword);
    const { status } = await database();
    expect(status.observedGeneration).to.be.above(old.status.observedGeneration);
    expect(status.availableReplicas).to.equal(1);
    api.close();
    expect(await previewed()).to.deep.equal([]);
  });

  it("lets users in by their new passwords alone, and the new client alone ask for them", async () => {
    const kube = await Kube.connect(cluster.kubeconfig);
    const now = { client: await client(kube), passwords: await passwords() };
    kube.close();
    for (const { email } of users) {
      const by = (client: OidcClient, from: typeof known) =>
        signIn(cluster.dexUrl, client, { email, password: from.passwords[email] ?? "" });
      expect(await by(now.client, now)).to.include({ email });
      expect(await by(now.client, known)).to.equal(undefined);
      expect(await refused(() => by(known.client, now))).to.match(/gives no token .*invalid_client/);
    }
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
    configure(await distribution());
  });

  it("goes with nothing left, whatever users have made with it", async () => {
    const kube = await Kube.connect(cluster.kubeconfig);
    const model = judged.find(({ kind }) => kind === "InferenceService")?.good as KubeObject;
    const inTeam = { ...model, metadata: { ...model.metadata, namespace: "team" } };
    await kube.apply(inTeam);
    await kube.apply(model);
    await kube.apply({
      apiVersion: "kubeflow.org/v1",
      kind: "Profile",
      metadata: { name: "somebody" },
      spec: { owner: { kind: "User", name: "ada@example.com" } },
    });
    for (const { apiVersion, kind, metadata } of [
      ...[model, inTeam],
      { apiVersion: "kubeflow.org/v1", kind: "Profile", metadata: { namespace: undefined, name: "somebody" } },
    ])
      await until(`a controller holds the ${kind}`, async () => {
        const live = await kube.get(apiVersion, kind, metadata.namespace, metadata.name);
        return live?.metadata["finalizers"] !== undefined;
      });
    kube.close();
    await succeed("down");
    expect((await inventory(cluster.kubeconfigPath)).filter((name) => !atFirst.includes(name))).to.deep.equal([]);
  });
});
