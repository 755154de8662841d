import { expect } from "chai";
import { KubernetesProvider } from "../../../plugins/kubernetes/provider";
import { type ApiServer, startApiServer } from "../../support/apiServer";
import { startControllers } from "../../support/controllers";
import { DrivenResource, failureOf, initFailure } from "../../support/resource";
import { ServedProvider } from "../../support/traces";
import { until } from "../../support/until";

type Json = Record<string, unknown>;

const NAMESPACE = "operations";
const MERGE = "application/merge-patch+json";
const path = (group: string, plural: string, name: string): string =>
  `${group}/namespaces/${NAMESPACE}/${plural}/${name}`;
const metadata = (name: string, rest: Json = {}): Json => ({ name, namespace: NAMESPACE, ...rest });
const container = { name: "c", image: "example.com/nothing:1" };

function configMap(name: string, data: Json, annotations?: Json): Json {
  const meta = annotations === undefined ? metadata(name) : metadata(name, { annotations });
  return { apiVersion: "v1", kind: "ConfigMap", metadata: meta, data };
}

function deployment(name: string, replicas: number, annotations: Json = {}): Json {
  const labels = { app: name };
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadata(name, { annotations }),
    spec: {
      replicas,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  };
}

function definition(plural: string, kind: string): Json {
  const anything = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.tests.example.com` },
    spec: {
      group: "tests.example.com",
      scope: "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind },
      versions: [
        {
          name: "v1",
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: "object", properties: { spec: anything, status: anything } } },
        },
      ],
    },
  };
}

describe("the stand-in for the kubernetes plugin, against a real API server", function () {
  this.timeout(60_000);
  let server: ApiServer;
  let stopControllers: () => void;
  let provider: ServedProvider;
  const opened: ServedProvider[] = [];

  async function open(settings: Record<string, string> = {}): Promise<ServedProvider> {
    const served = await ServedProvider.start(new KubernetesProvider());
    opened.push(served);
    const all: Record<string, string> = { kubeconfig: server.kubeconfig, ...settings };
    const variables = Object.fromEntries(
      Object.entries(all).map(([key, value]) => [`kubernetes:config:${key}`, value]),
    );
    await served.call("Configure", { args: all, variables });
    return served;
  }

  const resource = (type: string, name: string, from = provider): DrivenResource =>
    new DrivenResource(from, `kubernetes:${type}`, name);

  before(async () => {
    server = await startApiServer();
    stopControllers = await startControllers(server, {
      except: new Set(["deployments/broken", "deployments/slow", "jobs/failing", "deployments/scaled"]),
      release: [{ group: "/apis/tests.example.com/v1", plural: "gadgets" }],
    });
    provider = await open();
    await resource("core/v1:Namespace", "ns").create({
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: NAMESPACE },
    });
  });

  after(async () => {
    for (const served of opened) await served.stop();
    stopControllers();
    await server.stop();
  });

  describe("an object that does not become ready", () => {
    it("is kept with the reasons of its pods, and an update goes on from there", async () => {
      const broken = resource("apps/v1:Deployment", "broken");
      await server.request("POST", `/api/v1/namespaces/${NAMESPACE}/pods`, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: metadata("broken-1", { labels: { app: "broken" } }),
        spec: { containers: [container] },
      });
      const waiting = { reason: "ImagePullBackOff", message: 'Back-off pulling image "example.com/nothing:1"' };
      const statuses = [{ name: "c", image: "i", imageID: "", ready: false, restartCount: 0, state: { waiting } }];
      await server.request(
        "PATCH",
        `${path("/api/v1", "pods", "broken-1")}/status`,
        { status: { phase: "Pending", containerStatuses: statuses } },
        MERGE,
      );
      const failure = initFailure(await failureOf(broken.create(deployment("broken", 1), { timeout: 2 })));
      expect(failure?.id).to.equal(`${NAMESPACE}/broken`);
      expect(failure?.message).to.contain("timed out after 2 s");
      expect(failure?.reasons.join()).to.contain("ImagePullBackOff: Back-off pulling image");
      expect(failure?.state["__inputs"]).to.have.property("kind", "Deployment");

      const ready = server.request(
        "PATCH",
        `${path("/apis/apps/v1", "deployments", "broken")}/status`,
        { status: { observedGeneration: 99, replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 } },
        MERGE,
      );
      await ready;
      const state = await broken.update(deployment("broken", 1));
      expect(state["status"]).to.have.property("availableReplicas", 1);
    });

    it("fails at once when it can no longer succeed", async () => {
      const job = resource("batch/v1:Job", "failing");
      const spec = { template: { spec: { restartPolicy: "Never", containers: [container] } } };
      const creating = failureOf(
        job.create({ apiVersion: "batch/v1", kind: "Job", metadata: metadata("failing"), spec }),
      );
      const condition = { status: "True", reason: "BackoffLimitExceeded", message: "Job has reached the limit" };
      const time = new Date().toISOString().replace(/\.\d+Z/, "Z");
      const conditions = ["FailureTarget", "Failed"].map((type) => ({ type, ...condition, lastTransitionTime: time }));
      await until("the Job exists", () =>
        server.request(
          "PATCH",
          `${path("/apis/batch/v1", "jobs", "failing")}/status`,
          { status: { failed: 1, startTime: time, conditions } },
          MERGE,
        ),
      );
      const failure = initFailure(await creating);
      expect(failure?.message).to.contain("BackoffLimitExceeded: Job has reached the limit");
    });

    it("is not waited for where skipAwait says so", async () => {
      const state = await resource("apps/v1:Deployment", "slow").create(
        deployment("slow", 1, { "pulumi.com/skipAwait": "true" }),
      );
      expect(state).to.have.property("kind", "Deployment");
    });

    it("is let go when the engine cancels, and its state is kept", async () => {
      const other = await open();
      const slow = resource("apps/v1:Deployment", "scaled", other);
      const creating = failureOf(slow.create(deployment("scaled", 1)));
      await until("the Deployment exists", () => server.request("GET", path("/apis/apps/v1", "deployments", "scaled")));
      await other.call("Cancel", {});
      const failure = initFailure(await creating);
      expect(failure?.id).to.equal(`${NAMESPACE}/scaled`);
      expect(failure?.message).to.contain("cancelled");
    });
  });

  describe("a custom resource", () => {
    const gadget = (name: string, waitFor?: string): Json => ({
      apiVersion: "tests.example.com/v1",
      kind: "Gadget",
      metadata: metadata(name, waitFor === undefined ? {} : { annotations: { "pulumi.com/waitFor": waitFor } }),
      spec: { size: 1 },
    });
    const setStatus = (name: string, status: Json): Promise<Json> =>
      server.request("PATCH", `${path("/apis/tests.example.com/v1", "gadgets", name)}/status`, { status }, MERGE);

    it("may be made while its definition is only just being made", async () => {
      const crd = resource("apiextensions.k8s.io/v1:CustomResourceDefinition", "gadgets");
      const [, state] = await Promise.all([
        crd.create(definition("gadgets", "Gadget")),
        resource("tests.example.com/v1:Gadget", "early").create(gadget("early")),
      ]);
      expect(state["spec"]).to.deep.equal({ size: 1 });
      expect(JSON.stringify(crd.state)).to.contain("x_kubernetes_preserve_unknown_fields").and.contain("Established");
    });

    for (const [what, waitFor, status] of [
      ["a condition", "condition=Ready", { conditions: [{ type: "Ready", status: "True" }] }],
      ["a condition of another status", "condition=Busy=False", { conditions: [{ type: "Busy", status: "False" }] }],
      ["a path to be there", "jsonpath={.status.url}", { url: "http://somewhere" }],
      ["a path to have a value", "jsonpath={.status.phase}=Done", { phase: "Done" }],
      [
        "several things at once",
        '["jsonpath={.status.phase}=Done", "condition=Ready"]',
        { phase: "Done", conditions: [{ type: "Ready", status: "True" }] },
      ],
    ] as const) {
      it(`is waited for by ${what}`, async () => {
        const name = what.replaceAll(" ", "-");
        let made = false;
        const creating = resource("tests.example.com/v1:Gadget", name).create(gadget(name, waitFor));
        const noticed = creating.then(() => (made = true));
        await until("it exists", () => setStatus(name, { phase: "Working" }));
        await setStatus(name, { phase: "Still working" });
        expect(made).to.equal(false);
        await setStatus(name, status);
        expect((await creating)["status"]).to.deep.include(status);
        await noticed;
      });
    }

    it("says before anything is made what is wrong with an annotation", async () => {
      const wrong = resource("tests.example.com/v1:Gadget", "wrong");
      const error = await failureOf(wrong.check(gadget("wrong", "phase=Done")));
      expect(error.message).to.contain('expected a "jsonpath=" or "condition=" prefix, got "phase=Done"');
    });

    it("counts as gone when its definition is", async () => {
      const crd = resource("apiextensions.k8s.io/v1:CustomResourceDefinition", "brief");
      await crd.create(definition("briefs", "Brief"));
      const brief = resource("tests.example.com/v1:Brief", "brief");
      await brief.create({ ...gadget("brief"), kind: "Brief" });
      await crd.delete();
      await until("the kind is gone", async () => Object.keys(await brief.read()).length === 0);
      await brief.delete();
    });
  });

  describe("an object that is there already", () => {
    beforeEach(async () => {
      await server.request(
        "POST",
        `/api/v1/namespaces/${NAMESPACE}/configmaps?fieldManager=somebody`,
        configMap("taken", { theirs: "1" }),
      );
    });

    afterEach(() => server.request("DELETE", path("/api/v1", "configmaps", "taken")));

    it("is not touched, and the error says what to do", async () => {
      const error = await failureOf(resource("core/v1:ConfigMap", "taken").create(configMap("taken", { ours: "1" })));
      expect(error.message).to.contain('"taken" already exists');
      expect(initFailure(error)).to.equal(undefined);
    });

    it("is adopted where the provider says so", async () => {
      const upserting = await open({ upsertExistingObjects: "true" });
      const state = await resource("core/v1:ConfigMap", "taken", upserting).create(configMap("taken", { ours: "1" }));
      expect(state["data"]).to.deep.equal({ theirs: "1", ours: "1" });
    });

    it("keeps the fields of others unless they are taken by force", async () => {
      const upserting = await open({ upsertExistingObjects: "true" });
      const mine = resource("core/v1:ConfigMap", "taken", upserting);
      const error = await failureOf(mine.create(configMap("taken", { theirs: "mine" })));
      expect(error.message).to.contain('conflict with "somebody"').and.contain("pulumi.com/patchForce");
      const state = await mine.create(configMap("taken", { theirs: "mine" }, { "pulumi.com/patchForce": "true" }));
      expect(state["data"]).to.deep.equal({ theirs: "mine" });
    });

    it("is patched, and the patch takes only its own away again", async () => {
      const patch = resource("core/v1:ConfigMapPatch", "taken-patch");
      await patch.create(configMap("taken", { patched: "yes" }));
      await patch.update(configMap("taken", { patched: "no", more: "1" }));
      expect((await server.request("GET", path("/api/v1", "configmaps", "taken")))["data"]).to.deep.equal({
        theirs: "1",
        patched: "no",
        more: "1",
      });
      await patch.delete();
      const left = await server.request("GET", path("/api/v1", "configmaps", "taken"));
      expect(left["data"]).to.deep.equal({ theirs: "1" });
    });
  });

  it("leaves fields named in ignoreChanges to whoever set them", async () => {
    const scaled = resource("apps/v1:Deployment", "ignored");
    await scaled.create(deployment("ignored", 1));
    const scale = `${path("/apis/apps/v1", "deployments", "ignored")}/scale?fieldManager=autoscaler`;
    await server.request("PATCH", scale, { spec: { replicas: 4 } }, MERGE);
    const labelled = deployment("ignored", 1, { note: "changed" });
    const diff = await scaled.diff(labelled, { ignoreChanges: ["spec.replicas"] });
    expect(diff["detailedDiff"]).to.deep.equal({ "metadata.annotations": {} });
    const state = await scaled.update(labelled, { ignoreChanges: ["spec.replicas"] });
    expect((state["spec"] as Json)["replicas"]).to.equal(4);
  });

  it("waits for no volume that waits for its first consumer", async () => {
    await resource("storage.k8s.io/v1:StorageClass", "late").create({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "late" },
      provisioner: "example.com/none",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    const state = await resource("core/v1:PersistentVolumeClaim", "claim").create({
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: metadata("claim"),
      spec: {
        storageClassName: "late",
        accessModes: ["ReadWriteOnce"],
        resources: { requests: { storage: "1024Mi" } },
      },
    });
    expect((state["spec"] as Json)["resources"]).to.deep.equal({ requests: { storage: "1Gi" } });
  });

  it("names what holds an object that does not go", async () => {
    const held = resource("core/v1:ServiceAccount", "held");
    await held.create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata("held", { finalizers: ["tests.example.com/held"] }),
    });
    const error = await failureOf(held.delete({ timeout: 1 }));
    expect(error.message).to.contain("Timed out after 1 s").and.contain("tests.example.com/held");
    await server.request(
      "PATCH",
      path("/api/v1", "serviceaccounts", "held"),
      { metadata: { finalizers: null } },
      MERGE,
    );
  });

  it("reads an object nobody declared: import and get", async () => {
    await server.request("POST", `/api/v1/namespaces/${NAMESPACE}/configmaps`, configMap("found", { a: "1" }));
    const found = await resource("core/v1:ConfigMap", "found").read(`${NAMESPACE}/found`);
    expect(found["inputs"]).to.deep.equal(configMap("found", { a: "1" }));
    expect(found["properties"]).to.have.nested.property("metadata.uid");
    expect(await resource("core/v1:ConfigMap", "lost").read(`${NAMESPACE}/lost`)).to.deep.equal({});
  });

  it("drops versions of a definition that are no longer declared", async () => {
    const crd = resource("apiextensions.k8s.io/v1:CustomResourceDefinition", "versions");
    const one = definition("versions", "Version");
    const [version] = (one["spec"] as { versions: Json[] }).versions;
    const two = structuredClone(one) as { spec: { versions: Json[] } };
    two.spec.versions.push({ ...version, name: "v2", storage: false });
    await crd.create(two);
    const state = await crd.update(one);
    expect((state["spec"] as { versions: Json[] }).versions.map((item) => item["name"])).to.deep.equal(["v1"]);
    await crd.delete();
  });

  describe("secrets", () => {
    const secretText = "correct-horse-battery";
    const marked = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: secretText };

    it("stay secret in the state of any object they are part of", async () => {
      const withSecret = configMap("holder", { open: "1", hidden: marked });
      const state = await resource("core/v1:ConfigMap", "holder").create(withSecret);
      const json = JSON.stringify(state).replaceAll(JSON.stringify(marked), "");
      expect(json).not.to.contain(secretText);
    });

    it("are never in clear in an error", async () => {
      const bad = deployment("bad", 1);
      const template = (bad["spec"] as { template: { spec: Json } }).template;
      template.spec["containers"] = [{ ...container, imagePullPolicy: marked }];
      const error = await failureOf(resource("apps/v1:Deployment", "bad").create(bad));
      expect(error.message).to.contain("imagePullPolicy").and.contain("[secret]");
      expect(error.message).not.to.contain(secretText);
    });
  });

  describe("a cluster that cannot be reached", () => {
    const nowhere = JSON.stringify({
      "current-context": "x",
      clusters: [{ name: "x", cluster: { server: "https://127.0.0.1:1" } }],
      users: [{ name: "x", user: {} }],
      contexts: [{ name: "x", context: { cluster: "x", user: "x" } }],
    });

    it("does not keep a preview from showing what is declared", async () => {
      const lost = resource("core/v1:ConfigMap", "c", await open({ kubeconfig: nowhere }));
      expect(await lost.create(configMap("c", { a: "1" }), { preview: true })).to.deep.equal(
        configMap("c", { a: "1" }),
      );
    });

    it("is named by the error of what needs it", async () => {
      const lost = resource("core/v1:ConfigMap", "c", await open({ kubeconfig: nowhere }));
      const error = await failureOf(lost.create(configMap("c", {})));
      expect(error.message).to.contain("cluster is unreachable at https://127.0.0.1:1");
    });

    it("may be given up", async () => {
      const gone = resource("core/v1:ConfigMap", "c", await open({ kubeconfig: nowhere, deleteUnreachable: "true" }));
      gone.id = `${NAMESPACE}/c`;
      gone.state = { ...configMap("c", {}), __inputs: configMap("c", {}) };
      expect(await gone.read()).to.deep.equal({});
      await gone.delete();
    });
  });
});
