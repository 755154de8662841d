import { MERGE_PATCH } from "../../kube/mediaTypes";
import { expect } from "chai";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ApiServer, startApiServer } from "../support/cluster/apiServer";
import { type PinnedFile, archiveOf } from "../support/manifests/archives";
import { EngineProject } from "../support/plugins/engineProject";

/** A product out of an archive, on a cluster of the stack's own making but for the cluster itself. */
const program = `
import "<root>/toolchain/typescript.cjs";
import { Cluster } from "<root>/infra/cluster";
import { ManifestSet, loadManifests } from "<root>/infra/manifests";

export = async () => {
  const archive = JSON.parse(process.env.ARCHIVE ?? "");
  const request = { name: "thing", sources: [{ kind: "archive" as const, ...archive, overlay: "base" }] };
  const { thing } = await loadManifests({ thing: { request } });
  const crdVersions = Object.fromEntries(thing.crds.map(({ name, versions }) => [name, versions]));
  const settings = JSON.parse(process.env.SETTINGS ?? "");
  const { kubeconfig, provider } = new Cluster("cluster", { settings, crdVersions, namespaces: ["things"] });
  new ManifestSet("thing", { manifest: thing, kubeconfig, childOptions: { provider } });
};
`;

const version = (name: string, storage: boolean) => `
  - name: ${name}
    served: true
    storage: ${storage}
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}`;

/** A release: a namespace, a setting, and a kind in some versions. */
const release = (setting: string, ...versions: string[]) => `
apiVersion: v1
kind: Namespace
metadata: {name: things}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, namespace: things}
data: {setting: "${setting}"}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Thing, plural: things}
  versions:${versions.map((name, index) => version(name, index === 0)).join("")}
`;

/** How long one update may take on a busy machine. */
const SECONDS = 600;
const configMap = "/api/v1/namespaces/things/configmaps/settings";

describe("an update with faulty manifests", function () {
  this.timeout(SECONDS * 1000);
  let server: ApiServer;
  let project: EngineProject;
  let folder: string;

  before(async function () {
    this.timeout(30 * 60_000);
    server = await startApiServer();
    folder = await mkdtemp(join(tmpdir(), "manifest-faults-"));
    project = await EngineProject.make(program, SECONDS);
  });

  after(async () => {
    await project.remove();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const archive = (name: string, objects: string) =>
    archiveOf(folder, `${name}.tar.gz`, {
      "base/kustomization.yaml": "resources: [objects.yaml]\n",
      "base/objects.yaml": objects,
    });
  /** As `npm run up` does it: with no preview that could find the fault first. */
  const up = (from: PinnedFile, more: object = {}) => {
    const own = { cluster: "kubeconfig", kubeconfig: server.kubeconfigPath, registry: "none", stack: "dev" };
    const settings = { ...own, ...more };
    const env = { ARCHIVE: JSON.stringify(from), SETTINGS: JSON.stringify(settings) };
    return project.ending(["up", "--yes", "--skip-preview"], env);
  };
  const setting = async () => ((await server.request("GET", configMap)) as { data: { setting: string } }).data.setting;
  const names = async (path: string) => {
    const { items } = (await server.request("GET", path)) as { items: { metadata: { name: string } }[] };
    return items.map(({ metadata }) => metadata.name);
  };

  it("applies nothing of an archive with faults, and reports all of them", async () => {
    const nameless = "apiVersion: v1\nkind: Secret\nmetadata: {namespace: things}\n";
    const { code, output } = await up(
      await archive("faulty", [nameless, release("one", "v1"), release("one", "v1")].join("---")),
    );
    expect(code).not.to.equal(0);
    expect(output).to.match(/nothing was applied:\n\s+thing: object 1, a Secret, has no name/);
    expect(output).to.include("thing: ConfigMap things/settings is there 2 times");
    expect(output).not.to.include("    at ");
    expect(await names("/api/v1/namespaces")).not.to.include("things");
  });

  it("applies nothing when the cluster has the product from somebody else, unless it is to be adopted", async () => {
    const group = "example.org";
    const versions = [
      { name: "v1alpha1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } },
    ];
    await server.request("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: `things.${group}` },
      spec: { group, scope: "Namespaced", names: { kind: "Thing", plural: "things" }, versions },
    });
    await server.request("POST", "/api/v1/namespaces", {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: "things" },
    });
    const product = await archive("theirs", release("one", "v1alpha1"));
    const { code, output } = await up(product);
    expect(code).not.to.equal(0);
    expect(output)
      .to.match(/kinds of example\.org already .*things\.example\.org/)
      .and.match(/namespace things already/)
      .and.include("set adopt to true");
    expect(await names("/api/v1/namespaces/things/configmaps")).not.to.include("settings");
    const adopted = await up(product, { adopt: true });
    expect(adopted, adopted.output).to.include({ code: 0 });
    const again = await up(product);
    expect(again, again.output).to.include({ code: 0 });
  });

  it("applies nothing of a release whose CRD drops a version in which objects may be stored", async () => {
    const first = await up(await archive("first", release("one", "v1alpha1")));
    expect(first, first.output).to.include({ code: 0 });
    await server.request("POST", "/apis/example.org/v1alpha1/namespaces/things/things", {
      apiVersion: "example.org/v1alpha1",
      kind: "Thing",
      metadata: { name: "kept" },
    });

    const more = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: more, namespace: things}\n";
    const { code, output } = await up(await archive("next", `${more}---${release("two", "v1")}`));
    expect(code).not.to.equal(0);
    expect(output)
      .to.match(/things\.example\.org .*v1alpha1/)
      .and.include("migrate the objects, or delete the CRD first");
    expect(await setting()).to.equal("one");
    expect(await names("/api/v1/namespaces/things/configmaps")).not.to.include("more");
    expect(await names("/apis/example.org/v1alpha1/namespaces/things/things")).to.deep.equal(["kept"]);
  });

  it("applies a release that has both versions, and then one without the first once no object is stored in it", async () => {
    const both = await up(await archive("both", release("two", "v1", "v1alpha1")));
    expect(both, both.output).to.include({ code: 0 });
    expect(await setting()).to.equal("two");
    // Migrated is what was written again; what says so is nobody's but the migrator's.
    const migrated = { metadata: { labels: { migrated: "yes" } } };
    const kept = "/apis/example.org/v1/namespaces/things/things/kept";
    await server.request("PATCH", kept, migrated, MERGE_PATCH);
    const status = { status: { storedVersions: ["v1"] } };
    const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/things.example.org";
    await server.request("PATCH", `${path}/status`, status, MERGE_PATCH);
    const last = await up(await archive("last", release("three", "v1")));
    expect(last, last.output).to.include({ code: 0 });
    expect(last.output).to.match(/CrdSet \S+ updat.*\[diff: ~crds\]/);
    expect(await setting()).to.equal("three");
    await server.request("GET", kept);
  });
});
