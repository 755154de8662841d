import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { expect } from "chai";
import { type KubernetesObject, type ManifestPlan, loadManifests } from "../../../infra/manifests";
import { type PinnedFile, archiveOf } from "../../support/manifests/archives";
import { configMap, faultsOf, SourceFixture } from "../../support/manifests/sourceFixture";
import { type Behaviour, startReleaseServer } from "../../support/machine/releaseServer";

const nameless = (kind: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: {namespace: team}\n`;
const crd = (name: string, versions: string) => `\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${name}.example.org}
spec:
  group: example.org
  scope: Namespaced
  names: {kind: Thing, plural: ${name}}
  versions: ${versions}
`;
const served = "[{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]";

describe("rendering manifests with kubectl", () => {
  let fixture: SourceFixture;

  before(() => {
    fixture = new SourceFixture();
  });

  after(() => fixture.remove());

  it("takes objects of our own beside those of an archive, and holds them to the same rules", async () => {
    const archive = await fixture.overlays("beside.tar.gz", { base: configMap("a") });
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b", namespace: "team" } };
    const kind = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
    const crds = [{ ...kind, metadata: { name: "things.example.org" }, spec: { group: "example.org", versions: [] } }];
    const { request } = fixture.plan("inline", archive, "base");
    const inline = (objects: KubernetesObject[]): ManifestPlan => ({
      request: { ...request, sources: [...request.sources, { kind: "inline", objects }] },
    });
    const { a } = await loadManifests({ a: inline([object]) });
    expect(a.objects.map(({ metadata }) => metadata.name)).to.deep.equal(["a", "b"]);
    const [twice] = await faultsOf(
      loadManifests({ a: inline([{ ...object, metadata: { name: "a", namespace: "team" } }]) }),
    );
    expect(twice).to.include("ConfigMap team/a is there 2 times");
    const [bare] = await faultsOf(loadManifests({ a: inline(crds) }));
    expect(bare).to.include("things.example.org has no version");
  });

  it("downloads an archive from its address once, and checks it", async () => {
    const server = await startReleaseServer();
    try {
      // A name that an earlier run rendered would come from the cache.
      const name = `served-${randomUUID()}`;
      const good = await fixture.overlays("served.tar.gz", { base: configMap(name) });
      const serve = (path: string, behaviour: Behaviour, sha256 = good.sha256): PinnedFile => {
        server.files.set(path, { content: readFileSync(good.location), behaviour });
        return { location: `${server.url}${path}`, sha256 };
      };
      const gone = { location: `${server.url}/gone.tar.gz`, sha256: "1".repeat(64) };
      const [absent, other, half] = await faultsOf(
        loadManifests({
          a: fixture.plan("a", gone, "base"),
          b: fixture.plan("b", serve("/other.tar.gz", "good", "2".repeat(64)), "base"),
          c: fixture.plan("c", serve("/half.tar.gz", "truncated", "3".repeat(64)), "base"),
        }),
      );
      expect(absent).to.match(/gone\.tar\.gz cannot be had .*404.*check the network/);
      expect(other).to.match(/other\.tar\.gz has SHA-256 [0-9a-f]{64}, but 2{64} is pinned/);
      expect(half).to.match(/half\.tar\.gz cannot be had/);
      const served = serve("/served.tar.gz", "good");
      const { a } = await loadManifests({ a: fixture.plan("a", served, "base") });
      expect(a.objects.map(({ metadata }) => metadata.name)).to.deep.equal([name]);
      await loadManifests({ a: fixture.plan("a", served, "base") });
      expect(server.requests.filter(({ path }) => path === "/served.tar.gz")).to.have.length(1);
    } finally {
      await server.close();
    }
  });

  it("reports every object of an overlay that has no name or is there twice", async () => {
    const archive = await fixture.overlays("objects.tar.gz", {
      base: [nameless("ConfigMap"), configMap("twice"), configMap("twice"), nameless("Secret")].join("---\n"),
    });
    const nested = await archiveOf(fixture.folder, "nested.tar.gz", {
      "overlay/kustomization.yaml": "resources: [../base]\n",
      "base/kustomization.yaml": "resources: [objects.yaml]\n",
      "base/objects.yaml": nameless("Service"),
    });
    const plans = { a: fixture.plan("a", archive, "base"), b: fixture.plan("b", nested, "overlay") };
    const [first, second, twice, inNested, ...others] = await faultsOf(loadManifests(plans));
    expect(first).to.match(/^a: object 1, a ConfigMap, has no name; .*patch/);
    expect(second).to.match(/^a: object 4, a Secret, has no name;/);
    expect(twice).to.match(/^a: ConfigMap team\/twice is there 2 times; .*patch/);
    expect(inNested).to.match(/^b: object 1, a Service, has no name;/);
    expect(others).to.be.empty;
  });

  it("reports in one sentence an overlay that kubectl refuses", async () => {
    const archive = await archiveOf(fixture.folder, "strange.tar.gz", {
      "base/kustomization.yaml": "resources: [gone.yaml]\n",
    });
    const [fault] = await faultsOf(loadManifests({ a: fixture.plan("a", archive, "base") }));
    expect(fault).to.include("base cannot be rendered (").and.include("gone.yaml").and.include("mend the overlay");
  });

  it("reports objects and CRDs that two products bring", async () => {
    const archive = await fixture.overlays("two.tar.gz", {
      a: [configMap("shared"), configMap("own"), crd("things", served)].join("---\n"),
      b: [configMap("shared"), crd("things", served)].join("---\n"),
    });
    const plans = { a: fixture.plan("a", archive, "a"), b: fixture.plan("b", archive, "b") };
    const [object, definition, ...others] = await faultsOf(loadManifests(plans));
    expect(object).to.match(/ConfigMap team\/shared .* by a and by b; .*patch/);
    expect(definition).to.match(/CRD things\.example\.org .* by a and by b; .*withoutCrds/);
    expect(others).to.be.empty;
  });

  it("refuses a CRD without versions, unless it is left out", async () => {
    const archive = await fixture.overlays("versions.tar.gz", {
      base: [crd("things", "[]"), crd("others", served)].join("---\n"),
    });
    const plan = fixture.plan("a", archive, "base");
    const [fault, ...others] = await faultsOf(loadManifests({ a: plan }));
    expect(fault).to.match(/^a: .*CRD things\.example\.org has no version; .*withoutCrds/);
    expect(others).to.be.empty;
    const { a } = await loadManifests({ a: { ...plan, withoutCrds: ["things.example.org"] } });
    expect(a.crds.map(({ name }) => name)).to.deep.equal(["others.example.org"]);
  });
});
