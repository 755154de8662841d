import { APPLY_PATCH } from "../../kube/mediaTypes";
import { expect } from "chai";
import type { Context } from "../../plugins/base";
import { crdPreflight } from "../../plugins/stack/kinds/crdPreflight";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";

type Inputs = Parameters<Required<typeof crdPreflight>["check"]>[0];

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

describe("objects that a cluster already has", function () {
  this.timeout(30 * 60_000);
  let server: ApiServer;
  const ctx = { log: () => undefined } as unknown as Context;
  const inputs = (more: Partial<Inputs> = {}): Inputs => ({
    kubeconfig: server.kubeconfig,
    cluster: "one",
    adopt: false,
    versions: { "things.example.org": ["v1"], "others.example.org": ["v1"] },
    namespaces: ["team", "kubeflow"],
    ...more,
  });
  const refusals = async (news: Inputs, olds?: Inputs): Promise<string[]> => {
    const { failures = [] } = await (crdPreflight as Required<typeof crdPreflight>).check(news, olds, ctx);
    return failures.map(({ reason }) => /kinds of \S+|namespace \S+|cannot be asked/.exec(reason)?.[0] ?? reason);
  };
  const crd = (plural: string, kind: string) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.org` },
    spec: {
      group: "example.org",
      scope: "Namespaced",
      names: { kind, plural },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
    },
  });
  const namespace = (name: string, metadata = {}) => ({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name, ...metadata },
  });

  before(async () => {
    server = await startApiServer();
  });
  after(() => server?.stop());

  it("are none in an empty cluster, and an error in one that does not answer", async () => {
    expect(await refusals(inputs())).to.deep.equal([]);
    const silent = server.kubeconfig.replace(server.url, "https://127.0.0.1:1");
    expect(await refusals(inputs({ kubeconfig: silent }))).to.deep.equal(["cannot be asked"]);
    expect(await refusals(inputs({ kubeconfig: silent, adopt: true }))).to.deep.equal([]);
  });

  it("are refused when the stack has not created them, unless they are to be adopted", async () => {
    await server.request("POST", "/api/v1/namespaces", namespace("kubeflow"));
    await server.request("POST", crds, crd("others", "Other"));
    const theirs = ["kinds of example.org", "namespace kubeflow"];
    expect(await refusals(inputs())).to.deep.equal(theirs);
    // As the engine asks of a resource that is new.
    expect(await refusals(inputs(), {} as Inputs)).to.deep.equal(theirs);
    expect(await refusals(inputs({ adopt: true }))).to.deep.equal([]);
    // A stack that was there before this was asked, and another cluster than before.
    const { namespaces: _, cluster: __, ...old } = inputs();
    expect(await refusals(inputs(), old)).to.deep.equal([]);
    expect(await refusals(inputs(), inputs())).to.deep.equal([]);
    expect(await refusals(inputs(), inputs({ cluster: "another" }))).to.deep.equal(theirs);
  });

  it("may include what controllers added to a group of the stack's, and a Profile's namespace", async () => {
    const before = inputs({ versions: { "things.example.org": ["v1"] }, namespaces: ["kubeflow"] });
    expect(await refusals(inputs(), before)).to.deep.equal([]);
    await server.request(
      "PATCH",
      `${crds}/things.example.org?fieldManager=kubeflow-stack`,
      crd("things", "Thing"),
      APPLY_PATCH,
    );
    const owner = { apiVersion: "kubeflow.org/v1", kind: "Profile", name: "team", uid: "1" };
    await server.request("POST", "/api/v1/namespaces", namespace("team", { ownerReferences: [owner] }));
    expect(await refusals(inputs())).to.deep.equal(["namespace kubeflow"]);
  });
});
