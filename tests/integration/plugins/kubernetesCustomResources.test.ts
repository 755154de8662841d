import { expect } from "chai";
import { MERGE, PluginOnServer, metadata, path } from "../../support/plugins/kubernetesPlugin";
import { failureOf } from "../../support/cluster/resource";
import { until } from "../../support/machine/until";

type Json = Record<string, unknown>;

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

describe("the stand-in for the kubernetes plugin and kinds that are not its own", function () {
  this.timeout(60_000);
  let plugin: PluginOnServer;

  before(async () => {
    plugin = await PluginOnServer.start({ release: [{ group: "/apis/tests.example.com/v1", plural: "gadgets" }] });
  });

  after(() => plugin.stop());

  describe("a custom resource", () => {
    const gadget = (name: string, waitFor?: string): Json => ({
      apiVersion: "tests.example.com/v1",
      kind: "Gadget",
      metadata: metadata(name, waitFor === undefined ? {} : { annotations: { "pulumi.com/waitFor": waitFor } }),
      spec: { size: 1 },
    });
    const setStatus = (name: string, status: Json): Promise<Json> =>
      plugin.server.request(
        "PATCH",
        `${path("/apis/tests.example.com/v1", "gadgets", name)}/status`,
        { status },
        MERGE,
      );

    it("may be made while its definition is only just being made", async () => {
      const crd = plugin.resource("apiextensions.k8s.io/v1:CustomResourceDefinition", "gadgets");
      const [, state] = await Promise.all([
        crd.create(definition("gadgets", "Gadget")),
        plugin.resource("tests.example.com/v1:Gadget", "early").create(gadget("early")),
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
        const creating = plugin.resource("tests.example.com/v1:Gadget", name).create(gadget(name, waitFor));
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
      const wrong = plugin.resource("tests.example.com/v1:Gadget", "wrong");
      const error = await failureOf(wrong.check(gadget("wrong", "phase=Done")));
      expect(error.message).to.contain('expected a "jsonpath=" or "condition=" prefix, got "phase=Done"');
    });

    it("counts as gone when its definition is", async () => {
      const crd = plugin.resource("apiextensions.k8s.io/v1:CustomResourceDefinition", "brief");
      await crd.create(definition("briefs", "Brief"));
      const brief = plugin.resource("tests.example.com/v1:Brief", "brief");
      await brief.create({ ...gadget("brief"), kind: "Brief" });
      await crd.delete();
      await until("the kind is gone", async () => Object.keys(await brief.read()).length === 0);
      await brief.delete();
    });
  });

  it("drops versions of a definition that are no longer declared", async () => {
    const crd = plugin.resource("apiextensions.k8s.io/v1:CustomResourceDefinition", "versions");
    const one = definition("versions", "Version");
    const [version] = (one["spec"] as { versions: Json[] }).versions;
    const two = structuredClone(one) as { spec: { versions: Json[] } };
    two.spec.versions.push({ ...version, name: "v2", storage: false });
    await crd.create(two);
    const state = await crd.update(one);
    expect((state["spec"] as { versions: Json[] }).versions.map((item) => item["name"])).to.deep.equal(["v1"]);
    await crd.delete();
  });
});
