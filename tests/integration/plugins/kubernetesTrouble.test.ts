import { expect } from "chai";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { NAMESPACE, PluginOnServer, configMap, container, deployment } from "../../support/plugins/kubernetesPlugin";
import { failureOf } from "../../support/cluster/resource";
import { until } from "../../support/machine/until";

type Json = Record<string, unknown>;

describe("the stand-in for the kubernetes plugin, keeping secrets and out of reach", function () {
  this.timeout(60_000);
  let plugin: PluginOnServer;

  before(async () => {
    plugin = await PluginOnServer.start();
  });

  after(() => plugin.stop());

  describe("secrets", () => {
    const secretText = "correct-horse-battery";
    const marked = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: secretText };

    it("stay secret in the state of any object they are part of", async () => {
      const withSecret = configMap("holder", { open: "1", hidden: marked });
      const state = await plugin.resource("core/v1:ConfigMap", "holder").create(withSecret);
      const json = JSON.stringify(state).replaceAll(JSON.stringify(marked), "");
      expect(json).not.to.contain(secretText);
    });

    it("are never in clear in an error", async () => {
      const bad = deployment("bad", 1);
      const template = (bad["spec"] as { template: { spec: Json } }).template;
      template.spec["containers"] = [{ ...container, imagePullPolicy: marked }];
      const error = await failureOf(plugin.resource("apps/v1:Deployment", "bad").create(bad));
      expect(error.message).to.contain("imagePullPolicy").and.contain("[secret]");
      expect(error.message).not.to.contain(secretText);
    });
  });

  describe("a webhook that is not reached yet", () => {
    const webhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    let asked = 0;
    const silent = createServer((socket) => {
      asked += 1;
      socket.destroy();
    });

    before(async () => {
      silent.listen(0, "127.0.0.1");
      await once(silent, "listening");
    });
    const unguard = () => plugin.server.request("DELETE", `${webhooks}/guard`);
    afterEach(() => unguard().catch(() => undefined));
    after(() => silent.close());

    /** Has all ConfigMaps judged by a server that says nothing. */
    const guard = async () => {
      const webhook = {
        name: "guard.example.com",
        clientConfig: { url: `https://127.0.0.1:${(silent.address() as AddressInfo).port}/` },
        rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["*"], resources: ["configmaps"] }],
        ...{ admissionReviewVersions: ["v1"], sideEffects: "None" },
      };
      const kind = { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration" };
      await plugin.server.request("POST", webhooks, { ...kind, metadata: { name: "guard" }, webhooks: [webhook] });
      await until("the webhook is asked", async () => {
        const offer = `/api/v1/namespaces/${NAMESPACE}/configmaps?dryRun=All`;
        const answer = plugin.server.request("POST", offer, configMap("offered", {}));
        return (await failureOf(answer)).message.includes("failed calling webhook");
      });
    };

    it("is asked again for a while when an object is made, and when it is changed", async () => {
      const resource = plugin.resource("core/v1:ConfigMap", "guarded");
      const writes = [
        () => resource.create(configMap("guarded", { a: "1" })),
        () => resource.update(configMap("guarded", { a: "2" })),
      ];
      for (const write of writes) {
        await guard();
        const before = asked;
        const written = write();
        written.catch(() => undefined);
        await until("it was asked in vain", () => asked > before + 1);
        await unguard();
        await written;
      }
      expect(resource.state["data"]).to.deep.equal({ a: "2" });
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
      const lost = plugin.resource("core/v1:ConfigMap", "c", await plugin.open({ kubeconfig: nowhere }));
      expect(await lost.create(configMap("c", { a: "1" }), { preview: true })).to.deep.equal(
        configMap("c", { a: "1" }),
      );
    });

    it("is named by the error of what needs it", async () => {
      const lost = plugin.resource("core/v1:ConfigMap", "c", await plugin.open({ kubeconfig: nowhere }));
      const error = await failureOf(lost.create(configMap("c", {})));
      expect(error.message).to.contain("cluster is unreachable at https://127.0.0.1:1");
    });

    it("may be given up", async () => {
      const gone = plugin.resource(
        "core/v1:ConfigMap",
        "c",
        await plugin.open({ kubeconfig: nowhere, deleteUnreachable: "true" }),
      );
      gone.id = `${NAMESPACE}/c`;
      gone.state = { ...configMap("c", {}), __inputs: configMap("c", {}) };
      expect(await gone.read()).to.deep.equal({});
      await gone.delete();
    });
  });
});
