import { expect } from "chai";
import { MERGE, NAMESPACE, PluginOnServer, configMap, deployment, path } from "../../support/plugins/kubernetesPlugin";
import { failureOf, initFailure } from "../../support/cluster/resource";

type Json = Record<string, unknown>;

describe("the stand-in for the kubernetes plugin and what others own", function () {
  this.timeout(60_000);
  let plugin: PluginOnServer;

  before(async () => {
    plugin = await PluginOnServer.start();
  });

  after(() => plugin.stop());

  describe("an object that is there already", () => {
    beforeEach(async () => {
      await plugin.server.request(
        "POST",
        `/api/v1/namespaces/${NAMESPACE}/configmaps?fieldManager=somebody`,
        configMap("taken", { theirs: "1" }),
      );
    });

    afterEach(() => plugin.server.request("DELETE", path("/api/v1", "configmaps", "taken")));

    it("is not touched, and the error says what to do", async () => {
      const error = await failureOf(
        plugin.resource("core/v1:ConfigMap", "taken").create(configMap("taken", { ours: "1" })),
      );
      expect(error.message).to.contain('"taken" already exists');
      expect(initFailure(error)).to.equal(undefined);
    });

    it("is adopted where the provider says so", async () => {
      const upserting = await plugin.open({ upsertExistingObjects: "true" });
      const state = await plugin
        .resource("core/v1:ConfigMap", "taken", upserting)
        .create(configMap("taken", { ours: "1" }));
      expect(state["data"]).to.deep.equal({ theirs: "1", ours: "1" });
    });

    it("keeps the fields of others unless they are taken by force", async () => {
      const upserting = await plugin.open({ upsertExistingObjects: "true" });
      const mine = plugin.resource("core/v1:ConfigMap", "taken", upserting);
      const error = await failureOf(mine.create(configMap("taken", { theirs: "mine" })));
      expect(error.message).to.contain('conflict with "somebody"').and.contain("pulumi.com/patchForce");
      const state = await mine.create(configMap("taken", { theirs: "mine" }, { "pulumi.com/patchForce": "true" }));
      expect(state["data"]).to.deep.equal({ theirs: "mine" });
    });

    it("is patched, and the patch takes only its own away again", async () => {
      const patch = plugin.resource("core/v1:ConfigMapPatch", "taken-patch");
      await patch.create(configMap("taken", { patched: "yes" }));
      await patch.update(configMap("taken", { patched: "no", more: "1" }));
      expect((await plugin.server.request("GET", path("/api/v1", "configmaps", "taken")))["data"]).to.deep.equal({
        theirs: "1",
        patched: "no",
        more: "1",
      });
      await patch.delete();
      const left = await plugin.server.request("GET", path("/api/v1", "configmaps", "taken"));
      expect(left["data"]).to.deep.equal({ theirs: "1" });
    });
  });

  it("leaves fields named in ignoreChanges to whoever set them", async () => {
    const scaled = plugin.resource("apps/v1:Deployment", "ignored");
    await scaled.create(deployment("ignored", 1));
    const scale = `${path("/apis/apps/v1", "deployments", "ignored")}/scale?fieldManager=autoscaler`;
    await plugin.server.request("PATCH", scale, { spec: { replicas: 4 } }, MERGE);
    const labelled = deployment("ignored", 1, { note: "changed" });
    const diff = await scaled.diff(labelled, { ignoreChanges: ["spec.replicas"] });
    expect(diff["detailedDiff"]).to.deep.equal({ "metadata.annotations": {} });
    const state = await scaled.update(labelled, { ignoreChanges: ["spec.replicas"] });
    expect((state["spec"] as Json)["replicas"]).to.equal(4);
  });

  it("reads an object nobody declared: import and get", async () => {
    await plugin.server.request("POST", `/api/v1/namespaces/${NAMESPACE}/configmaps`, configMap("found", { a: "1" }));
    const found = await plugin.resource("core/v1:ConfigMap", "found").read(`${NAMESPACE}/found`);
    expect(found["inputs"]).to.deep.equal(configMap("found", { a: "1" }));
    expect(found["properties"]).to.have.nested.property("metadata.uid");
    expect(await plugin.resource("core/v1:ConfigMap", "lost").read(`${NAMESPACE}/lost`)).to.deep.equal({});
  });
});
