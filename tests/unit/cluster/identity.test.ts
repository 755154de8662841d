import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { catalog } from "../../../catalog";
import { Cluster } from "../../../infra/cluster";
import { recordResources } from "../../../engine/recorder";

describe("a cluster that exists", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "cluster-"));
  });

  after(() => rmSync(folder, { recursive: true }));

  it("keeps its identity while its address and authority stay, so that a rewritten kubeconfig replaces nothing", async () => {
    const kubeconfig = join(folder, "config");
    const identity = async (cluster: object): Promise<unknown> => {
      const context = { name: "c", context: { cluster: "c", user: "u" } };
      const users = [{ name: "u", user: {} }];
      const text = { "current-context": "c", contexts: [context], clusters: [{ name: "c", cluster }], users };
      writeFileSync(kubeconfig, JSON.stringify(text));
      const settings = catalog.settings.parse({ cluster: "kubeconfig", kubeconfig, registry: "localhost:1" }, "test");
      const recorded = await recordResources(() => new Cluster("cluster", { settings }));
      return recorded.find(({ type }) => type === "pulumi:providers:kubernetes")?.inputs["clusterIdentifier"];
    };
    const server = "https://127.0.0.1:8443";
    const first = await identity({ server });
    expect(first).to.be.a("string").that.includes(server);
    expect(await identity({ server, extensions: [{ name: "started" }] })).to.equal(first);
  });
});
