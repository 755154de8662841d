import { expect } from "chai";
import {
  MERGE,
  NAMESPACE,
  PluginOnServer,
  container,
  deployment,
  metadata,
  path,
} from "../../support/plugins/kubernetesPlugin";
import { failureOf, initFailure } from "../../support/cluster/resource";
import { until } from "../../support/machine/until";

type Json = Record<string, unknown>;

describe("the stand-in for the kubernetes plugin, waiting", function () {
  this.timeout(60_000);
  let plugin: PluginOnServer;

  before(async () => {
    plugin = await PluginOnServer.start({
      except: new Set(["deployments/broken", "deployments/slow", "jobs/failing", "deployments/scaled"]),
    });
  });

  after(() => plugin.stop());

  describe("an object that does not become ready", () => {
    it("is kept with the reasons of its pods, and an update goes on from there", async () => {
      const broken = plugin.resource("apps/v1:Deployment", "broken");
      await plugin.server.request("POST", `/api/v1/namespaces/${NAMESPACE}/pods`, {
        apiVersion: "v1",
        kind: "Pod",
        metadata: metadata("broken-1", { labels: { app: "broken" } }),
        spec: { containers: [container] },
      });
      const waiting = { reason: "ImagePullBackOff", message: 'Back-off pulling image "example.com/nothing:1"' };
      const statuses = [{ name: "c", image: "i", imageID: "", ready: false, restartCount: 0, state: { waiting } }];
      await plugin.server.request(
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

      const ready = plugin.server.request(
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
      const job = plugin.resource("batch/v1:Job", "failing");
      const spec = { template: { spec: { restartPolicy: "Never", containers: [container] } } };
      const creating = failureOf(
        job.create({ apiVersion: "batch/v1", kind: "Job", metadata: metadata("failing"), spec }),
      );
      const condition = { status: "True", reason: "BackoffLimitExceeded", message: "Job has reached the limit" };
      const time = new Date().toISOString().replace(/\.\d+Z/, "Z");
      const conditions = ["FailureTarget", "Failed"].map((type) => ({ type, ...condition, lastTransitionTime: time }));
      await until("the Job exists", () =>
        plugin.server.request(
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
      const state = await plugin
        .resource("apps/v1:Deployment", "slow")
        .create(deployment("slow", 1, { "pulumi.com/skipAwait": "true" }));
      expect(state).to.have.property("kind", "Deployment");
    });

    it("is let go when the engine cancels, and its state is kept", async () => {
      const other = await plugin.open();
      const slow = plugin.resource("apps/v1:Deployment", "scaled", other);
      const creating = failureOf(slow.create(deployment("scaled", 1)));
      await until("the Deployment exists", () =>
        plugin.server.request("GET", path("/apis/apps/v1", "deployments", "scaled")),
      );
      await other.call("Cancel", {});
      const failure = initFailure(await creating);
      expect(failure?.id).to.equal(`${NAMESPACE}/scaled`);
      expect(failure?.message).to.contain("cancelled");
    });
  });

  it("waits for no volume that waits for its first consumer", async () => {
    await plugin.resource("storage.k8s.io/v1:StorageClass", "late").create({
      apiVersion: "storage.k8s.io/v1",
      kind: "StorageClass",
      metadata: { name: "late" },
      provisioner: "example.com/none",
      volumeBindingMode: "WaitForFirstConsumer",
    });
    const state = await plugin.resource("core/v1:PersistentVolumeClaim", "claim").create({
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

  it("waits for no garbage collector where nothing can be owned", async () => {
    // Nobody collects ServiceAccounts here.
    const account = plugin.resource("core/v1:ServiceAccount", "leaf");
    await account.create({ apiVersion: "v1", kind: "ServiceAccount", metadata: metadata("leaf") });
    await account.delete({ timeout: 5 });
    expect(await account.read()).to.deep.equal({});
  });

  it("waits for it where an annotation asks for that", async () => {
    const account = plugin.resource("core/v1:ServiceAccount", "collected");
    const annotations = { "pulumi.com/deletionPropagationPolicy": "foreground" };
    await account.create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata("collected", { annotations }),
    });
    const error = await failureOf(account.delete({ timeout: 1 }));
    expect(error.message).to.contain("finalizers: foregroundDeletion");
  });

  it("names what holds an object that does not go", async () => {
    const held = plugin.resource("core/v1:ServiceAccount", "held");
    await held.create({
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: metadata("held", { finalizers: ["tests.example.com/held"] }),
    });
    const error = await failureOf(held.delete({ timeout: 1 }));
    expect(error.message).to.contain("Timed out after 1 s").and.contain("tests.example.com/held");
    await plugin.server.request(
      "PATCH",
      path("/api/v1", "serviceaccounts", "held"),
      { metadata: { finalizers: null } },
      MERGE,
    );
  });
});
