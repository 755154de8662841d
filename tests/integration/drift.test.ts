import { expect } from "chai";
import { connect, Paths, type ClusterApi } from "../../drift/cluster";
import type { Declared } from "../../drift/declared";
import { findDrift } from "../../drift/find";
import { healCluster } from "../../drift/repair";
import { printDrift } from "../../drift/print";
import { mapsAt, of, patch } from "../../infra/manifests";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";
import { applyAgain, applyPlatform } from "../support/kubeflow/appliedPlatform";
import { misreports, toldOf } from "../support/kubeflow/misreports";
import { mutateMany } from "../support/kubeflow/mutations";

/** There is no webhook that could answer. */
const unasked = patch(
  "webhooks are asked about nothing",
  of(["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"]),
  (object) => {
    for (const webhook of mapsAt(object, "webhooks")) delete webhook["rules"];
  },
);

describe("drift on a real API server", function () {
  let server: ApiServer;
  let api: ClusterApi;
  let declared: Declared[];

  before(async function () {
    this.timeout(30 * 60_000);
    server = await startApiServer();
    api = await connect(server.kubeconfig);
    declared = await applyPlatform(api, { profile: "core", patches: [unasked] });
  });

  after(async () => {
    api?.close();
    await server?.stop();
  });

  it("is none when nothing was changed", async () => {
    expect((await findDrift(declared, api)).map(printDrift)).to.deep.equal([]);
  });

  it("names random mutations field by field, and nothing else", async () => {
    const reach = { api, paths: new Paths(api) };
    const objects = declared.map(({ object }) => object);
    const mutations = await mutateMany(reach, objects, { count: 20, seed: 4 });
    expect(await misreports(reach, mutations, toldOf(await findDrift(declared, api)))).to.deep.equal([]);
  });

  it("is none after healing", async () => {
    const told = new Set(await healCluster({ declared, api }));
    // What the state is told of, `up` makes.
    declared = await Promise.all(declared.map(async (one) => (told.has(one.urn) ? applyAgain(api, one) : one)));
    expect((await findDrift(declared, api)).map(printDrift)).to.deep.equal([]);
  });
});
