import { expect } from "chai";
import type { Context } from "../../plugins/base";
import { customResourceCleanup } from "../../plugins/stack/kinds/customResourceCleanup";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";
import { Kube } from "../support/cluster/kube";
import { refused } from "../support/stack/refused";
import { until } from "../support/machine/until";

const group = "example.org";
const apiVersion = `${group}/v1`;

// The owners' dependents and the foreground finalizer are Kubernetes' garbage collector's, which does not run here: `full.test.ts` has it.
describe("users' objects of the platform's kinds", function () {
  this.timeout(30 * 60_000);
  let server: ApiServer;
  let kube: Kube;
  const ctx = (timeoutSeconds: number) =>
    ({
      name: "custom-resources",
      timeoutSeconds,
      signal: new AbortController().signal,
      status: () => undefined,
      log: () => undefined,
    }) as unknown as Context;
  const inputs = (...crds: string[]) => ({
    kubeconfig: server.kubeconfig,
    cluster: "one",
    crds: crds.map((plural) => `${plural}.${group}`),
    except: [`Thing.${group} default/ours`],
  });
  const object = (kind: string, name: string, metadata = {}) => ({
    apiVersion,
    kind,
    metadata: { name, namespace: "default", ...metadata },
  });
  const crd = (kind: string) => {
    const [plural, singular] = [`${kind.toLowerCase()}s`, kind.toLowerCase()];
    const schema = { openAPIV3Schema: { type: "object", "x-kubernetes-preserve-unknown-fields": true } };
    return {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        scope: "Namespaced",
        names: { kind, plural, singular, listKind: `${kind}List` },
        versions: [{ name: "v1", served: true, storage: true, schema }],
      },
    };
  };
  const isGoing = async (kind: string, name: string) =>
    (await kube.get(apiVersion, kind, "default", name))?.metadata["deletionTimestamp"] !== undefined;

  before(async () => {
    server = await startApiServer();
    kube = await Kube.connect(server.kubeconfig);
    for (const kind of ["Thing", "Other"]) {
      const { metadata } = crd(kind);
      await server.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd(kind));
      const path = `/apis/${apiVersion}/${metadata.name.split(".")[0]}`;
      await until(`${kind} is served`, () => server.request("GET", path));
    }
  });

  after(async () => {
    kube?.close();
    await server?.stop();
  });

  it("are deleted before the platform, unless they are owned or the platform's, and are named when they do not go", async () => {
    const { metadata } = object("Thing", "user");
    await kube.apply(object("Thing", "ours"));
    await kube.apply(object("Thing", "user", { finalizers: [`${group}/held`] }));
    const { uid } = (await kube.get(apiVersion, "Thing", "default", "user"))?.metadata as unknown as { uid: string };
    const owner = { apiVersion, kind: "Thing", name: metadata.name, uid };
    await kube.apply(object("Thing", "owned", { ownerReferences: [owner] }));
    await kube.apply(object("Other", "elsewhere"));

    const { id, state } = await customResourceCleanup.create(inputs("things", "nothings"), ctx(60));
    const said = await refused(async () => customResourceCleanup.delete(id, state, ctx(1)));
    expect(said).to.match(/1 .*Thing\.example\.org default\/user/);
    expect(await isGoing("Thing", "user")).to.equal(true);
    for (const [kind, name] of [
      ["Thing", "ours"],
      ["Thing", "owned"],
      ["Other", "elsewhere"],
    ] as const)
      expect(await isGoing(kind, name), name).to.equal(false);
  });

  it("are deleted in an update when their kind is left out, and no others", async () => {
    const all = inputs("things", "others");
    const update = customResourceCleanup.update?.("id", all, all, inputs("others"), ctx(1));
    expect(await refused(async () => update)).to.include("default/user");
    expect(await isGoing("Other", "elsewhere")).to.equal(false);
    await customResourceCleanup.update?.("id", all, all, all, ctx(1));
    // In another cluster the same names are somebody else's.
    await customResourceCleanup.update?.("id", all, all, { ...inputs("others"), cluster: "another" }, ctx(1));
  });
});
