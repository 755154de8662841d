import { JSON_PATCH, MERGE_PATCH } from "../../kube/mediaTypes";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Context } from "../../plugins/base";
import { crdSet } from "../../plugins/stack/kinds/crdSet";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";

const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

function crd(plural: string, versions: readonly string[], description = "A thing.") {
  const kind = plural[0]?.toUpperCase() + plural.slice(1, -1);
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.example.org` },
    spec: {
      group: "example.org",
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      scope: "Namespaced",
      versions: versions.map((name, index) => ({
        name,
        served: true,
        storage: index === versions.length - 1,
        schema: { openAPIV3Schema: { type: "object", description, "x-kubernetes-preserve-unknown-fields": true } },
      })),
    },
  };
}

describe("CrdSet on a real API server", function () {
  let server: ApiServer;
  let folder: string;
  const said: string[] = [];
  const ctx: Context = {
    urn: "urn:pulumi:test::test::kubeflow-stack:manifests:CrdSet::things",
    name: "things",
    type: "kubeflow-stack:manifests:CrdSet",
    preview: false,
    timeoutSeconds: 60,
    signal: new AbortController().signal,
    log: (_severity, message) => said.push(message),
    status: () => undefined,
  };

  /** The inputs for these bodies, which are written to a file of their own as the cache does. */
  async function inputsFor(...bodies: ReturnType<typeof crd>[]) {
    const text = JSON.stringify(Object.fromEntries(bodies.map((body) => [body.metadata.name, body])));
    const file = join(folder, `${createHash("sha256").update(text).digest("hex")}.json`);
    await writeFile(file, text);
    const pins = bodies.map((body) => [
      body.metadata.name,
      {
        digest: createHash("sha256").update(JSON.stringify(body)).digest("hex"),
        versions: body.spec.versions.map(({ name }) => name),
      },
    ]);
    return {
      kubeconfig: server.kubeconfig,
      bodies: file,
      crds: Object.fromEntries(pins) as Record<string, { digest: string; versions: string[] }>,
    };
  }

  const kind = crdSet as Required<typeof crdSet>;

  before(async function () {
    this.timeout(30 * 60_000);
    server = await startApiServer();
    folder = await mkdtemp(join(tmpdir(), "crd-set-"));
  });

  after(async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("creates CRDs that are served, and then shows no change", async () => {
    const inputs = await inputsFor(crd("things", ["v1"]), crd("others", ["v1"]));
    const { id, state } = await kind.create(inputs, ctx);
    await server.request("GET", "/apis/example.org/v1/namespaces/default/things");
    expect(await kind.diff(id, state, inputs, inputs, ctx)).to.deep.equal({ changes: false, detailed: {} });
    expect(JSON.stringify(state)).not.to.include("A thing.");

    await kind.delete(id, state, ctx);
    expect(await kind.read(id, inputs, state, ctx)).to.equal(undefined);
  });

  it("shows no change when the same bodies lie in another file", async () => {
    const inputs = await inputsFor(crd("things", ["v1"]));
    const { id, state } = await kind.create(inputs, ctx);
    expect(await kind.diff(id, state, inputs, { ...inputs, bodies: "/elsewhere" }, ctx)).to.include({ changes: false });
    await kind.delete(id, state, ctx);
  });

  it("reports a CRD that was changed or deleted in the cluster, and heals both", async () => {
    const inputs = await inputsFor(crd("things", ["v1"]), crd("others", ["v1"]));
    const { id, state } = await kind.create(inputs, ctx);
    const patch = [{ op: "replace", path: "/spec/versions/0/schema/openAPIV3Schema/description", value: "Meddled." }];
    await server.request("PATCH", `${crds}/things.example.org`, patch, JSON_PATCH);
    await server.request("DELETE", `${crds}/others.example.org`);

    const { changes, detailed } = await kind.diff(id, state, inputs, inputs, ctx);
    expect(changes).to.equal(true);
    expect(detailed).to.have.all.keys(`crds["things.example.org"]`, `crds["others.example.org"]`);
    expect(said).to.match(/things\.example\.org .*changed in the cluster/);
    expect(said).to.include("others.example.org is gone in the cluster");
    const found = await kind.read(id, inputs, state, ctx);
    expect(found?.inputs.crds).to.deep.equal({});

    const healed = await kind.update(id, state, inputs, inputs, ctx);
    expect(await kind.diff(id, healed, inputs, inputs, ctx)).to.include({ changes: false });
    await kind.delete(id, healed, ctx);
  });

  it("reports a CRD that was touched, also without the file of bodies", async () => {
    const inputs = await inputsFor(crd("things", ["v1"]), crd("others", ["v1"]));
    const { id, state } = await kind.create(inputs, ctx);
    const elsewhere = { ...inputs, bodies: "/elsewhere" };
    const touched = { spec: { names: { shortNames: ["x"] } } };
    await server.request("PATCH", `${crds}/things.example.org`, touched, MERGE_PATCH);
    const found = await kind.read(id, elsewhere, { ...state, bodies: "/elsewhere" }, ctx);
    expect(Object.keys(found?.inputs.crds ?? {})).to.deep.equal(["others.example.org"]);
    expect(said).to.match(/things\.example\.org may .*changed in the cluster/);
    await kind.delete(id, state, ctx);
  });

  it("keeps on a refresh which CRD somebody has restored", async () => {
    const inputs = await inputsFor(crd("things", ["v1"]), crd("others", ["v1"]));
    const { id, state } = await kind.create(inputs, ctx);
    const url = `${crds}/things.example.org`;
    await server.request("PATCH", url, { spec: { names: { shortNames: ["x"] } } }, MERGE_PATCH);
    await server.request("PATCH", url, { spec: { names: { shortNames: null } } }, MERGE_PATCH);
    const { metadata } = (await server.request("GET", url)) as { metadata: { generation: number } };
    const read = await kind.read(id, inputs, state, ctx);
    expect(read?.state.applied["things.example.org"]?.generation).to.equal(metadata.generation);
    expect(metadata.generation).to.be.greaterThan(state.applied["things.example.org"]?.generation ?? 0);
  });

  it("ignores a status or label of another field manager", async () => {
    const inputs = await inputsFor(crd("things", ["v1"]));
    const { id, state } = await kind.create(inputs, ctx);
    const labels = { metadata: { labels: { theirs: "yes" } } };
    await server.request("PATCH", `${crds}/things.example.org`, labels, MERGE_PATCH);
    expect(await kind.diff(id, state, inputs, inputs, ctx)).to.include({ changes: false });
    await kind.delete(id, state, ctx);
  });

  it("adds, changes and prunes CRDs as a release does", async () => {
    const old = await inputsFor(crd("things", ["v1"]), crd("others", ["v1"]));
    const { id, state } = await kind.create(old, ctx);
    const next = await inputsFor(crd("things", ["v1"], "A better thing."), crd("news", ["v1"]));
    expect((await kind.diff(id, state, old, next, ctx)).detailed).to.deep.equal({
      'crds["things.example.org"]': "update",
      'crds["others.example.org"]': "delete",
      'crds["news.example.org"]': "add",
    });
    const updated = await kind.update(id, state, old, next, ctx);
    await server.request("GET", "/apis/example.org/v1/namespaces/default/news");
    const { items } = (await server.request("GET", crds)) as { items: { metadata: { name: string } }[] };
    expect(items.map(({ metadata }) => metadata.name)).to.have.members(["things.example.org", "news.example.org"]);
    await kind.delete(id, updated, ctx);
  });

  it("refuses a file whose bodies differ from the pinned ones", async () => {
    const inputs = await inputsFor(crd("things", ["v1"], "Genuine."));
    await writeFile(inputs.bodies, JSON.stringify({ "things.example.org": crd("things", ["v1"], "Forged.") }));
    let refused: unknown;
    try {
      await kind.create(inputs, ctx);
    } catch (error) {
      refused = error;
    }
    expect(refused)
      .to.be.an("error")
      .with.property("message")
      .that.includes("does not hold the pinned things.example.org");
  });
});
