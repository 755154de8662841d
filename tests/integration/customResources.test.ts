import { expect } from "chai";
import { type JsonMap, mapAt, mapsAt, textAt } from "../../infra/manifests";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";
import { crdBodies } from "../support/customResources/crdSchemas";
import { needsDistribution } from "../support/kubeflow/distribution";
import { examples } from "../support/customResources/examples";
import { recordResources } from "../../engine/recorder";
import { until } from "../support/machine/until";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

describe("typed custom resources on a real API server", () => {
  let server: ApiServer;
  let crds: readonly JsonMap[];

  before(async function () {
    this.timeout(30 * 60_000);
    await needsDistribution(this);
    [server, crds] = await Promise.all([startApiServer(), crdBodies()]);
    await server.request("POST", "/api/v1/namespaces", { metadata: { name: "team" } });
  });

  after(() => server?.stop());

  // Kinds that are checked against a client's models have no CRD, or one that takes anything.
  for (const { kind, make } of examples.filter(({ model }) => model === undefined)) {
    it(`takes ${kind} with every field that its type has, the rules beside its schema too`, async () => {
      const [resource] = await recordResources(make);
      const object = resource?.inputs as JsonMap;
      const { collection, crd } = definitionOf(object);
      await server
        .request("POST", definitions, crd)
        .catch((error: Error) => expect(error.message).to.include("AlreadyExists"));
      await until(`${kind} is served`, () => server.request("GET", collection));
      await server.request("POST", `${collection}?dryRun=All&fieldValidation=Strict`, object);

      const unknown = { ...object, spec: { ...mapAt(object, "spec"), nobodyKnows: true } };
      const refusal = await server
        .request("POST", `${collection}?dryRun=All&fieldValidation=Strict`, unknown)
        .then(() => "none")
        .catch((error: Error) => error.message);
      expect(refusal).to.include('unknown field \\"spec.nobodyKnows\\"');
    });
  }

  function definitionOf(object: JsonMap): { collection: string; crd: JsonMap } {
    const [group = "", version = ""] = textAt(object, "apiVersion").split("/");
    const crd = crds.find(
      (one) => textAt(one, "spec", "group") === group && textAt(one, "spec", "names", "kind") === object["kind"],
    );
    if (!crd) throw new Error(`No product brings ${textAt(object, "kind")}.`);
    expect(mapsAt(crd, "spec", "versions").map((one) => one["name"])).to.include(version);
    const namespace = textAt(object, "metadata", "namespace");
    const place = namespace === "" ? "" : `/namespaces/${namespace}`;
    return { crd, collection: `/apis/${group}/${version}${place}/${textAt(crd, "spec", "names", "plural")}` };
  }
});
