import { expect } from "chai";
import { orphanCleanup } from "../../plugins/stack/kinds/orphanCleanup";
import type { Context } from "../../plugins/base";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";
import { Kube } from "../support/cluster/kube";

const name = "istio-ca-root-cert";
const labels = { "istio.io/config": "true" };
const configMap = (namespace: string, metadata: object) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace, ...metadata },
});

describe("what a product's programs leave behind", function () {
  this.timeout(30 * 60_000);
  let server: ApiServer;
  let kube: Kube;
  const ctx = { name: "istio" } as Context;
  const inputs = () => ({
    kubeconfig: server.kubeconfig,
    objects: [
      { apiVersion: "v1", plural: "configmaps", name, labels },
      { apiVersion: "nowhere.example.org/v1", plural: "things", name, labels },
    ],
  });

  before(async () => {
    server = await startApiServer();
    kube = await Kube.connect(server.kubeconfig);
  });

  after(async () => {
    kube?.close();
    await server?.stop();
  });

  it("is deleted with the product from every namespace, and nothing that others created", async () => {
    const named = (others: string) => configMap("default", { name: others, labels });
    await kube.apply(configMap("default", { labels }));
    await kube.apply(named("other"));
    await kube.apply(configMap("kube-system", { labels }));
    await kube.apply(configMap("kube-public", {}));
    const { id, state } = await orphanCleanup.create(inputs(), ctx);
    const maps = async () =>
      (await kube.list("v1", "ConfigMap")).map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
    expect(await maps()).to.include.members([`default/${name}`, `kube-system/${name}`, `kube-public/${name}`]);

    await orphanCleanup.delete(id, state, ctx);
    expect((await maps()).filter((one) => one.endsWith(`/${name}`))).to.deep.equal([`kube-public/${name}`]);
    expect(await maps()).to.include("default/other");
    await orphanCleanup.delete(id, state, ctx);
  });
});
