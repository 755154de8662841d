import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import {
  type ArchiveSource,
  type KubernetesObject,
  ManifestError,
  type ManifestPlan,
  loadManifests,
} from "../../../infra/manifests";
import { cachePath } from "../../../infra/manifests/cache";
import { type PlatformChoice, loadPlatformManifests } from "../../../infra/platform";
import { type PinnedFile, archiveOf, pinned, tarOf } from "../../support/kubeflow/archives";
import { kubeflowArchive } from "../../support/kubeflow/kubeflowArchive";
import { type Behaviour, startReleaseServer } from "../toolchain/releaseServer";

const configMap = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ${name}, namespace: team}\n`;
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

/** The faults, each of which must be one sentence. */
async function faultsOf(load: Promise<unknown>): Promise<readonly string[]> {
  const error: unknown = await load.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(ManifestError);
  const { faults, message } = error as ManifestError;
  expect(message).to.include("nothing was applied");
  for (const fault of faults) expect(fault).to.match(/^[^\n]*[:;,][^\n]*\.$/);
  return faults;
}

describe("manifest sources", () => {
  let folder: string;
  const sums = new Set<string>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "manifest-sources-"));
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
    for (const sum of sums) {
      for (const kind of ["archives", "downloads"]) await rm(cachePath(kind, sum), { recursive: true, force: true });
    }
  });

  const plan = (name: string, archive: PinnedFile, ...overlays: string[]): ManifestPlan => {
    sums.add(archive.sha256);
    const sources = overlays.map((overlay): ArchiveSource => ({ kind: "archive", ...archive, overlay }));
    return { request: { name, sources } };
  };
  /** An archive of overlays, each with one file of objects. */
  const overlays = (name: string, files: Readonly<Record<string, string>>) =>
    archiveOf(
      folder,
      name,
      Object.fromEntries(
        Object.entries(files).flatMap(([overlay, text]) => [
          [`${overlay}/kustomization.yaml`, "resources: [objects.yaml]\n"],
          [`${overlay}/objects.yaml`, text],
        ]),
      ),
    );

  it("tell every fault of every product at once, each with its remedy", async () => {
    const good = await overlays("good.tar.gz", { base: configMap("a") });
    const sha256 = "0".repeat(64);
    const faults = await faultsOf(
      loadManifests({
        a: plan("a", good, "gone/overlay"),
        b: plan("b", { ...good, sha256 }, "base"),
        c: plan("c", { location: join(folder, "no"), sha256 }, "base"),
      }),
    );
    expect(faults).to.have.length(3);
    expect(faults[0]).to.match(/^a: .*good\.tar\.gz has no overlay gone\/overlay: .*mend the overlay's path\.$/);
    expect(faults[1]).to.match(/good\.tar\.gz has SHA-256 [0-9a-f]{64}, but 0{64} is pinned: fetch it anew, or change/);
    expect(faults[2]).to.match(/^The archive .*\/no is not there: give the path of the release archive\.$/);
  });

  it("are objects of our own, too, beside those of an archive, and are held to the same", async () => {
    const archive = await overlays("beside.tar.gz", { base: configMap("a") });
    const object = { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "b", namespace: "team" } };
    const kind = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
    const crds = [{ ...kind, metadata: { name: "things.example.org" }, spec: { group: "example.org", versions: [] } }];
    const { request } = plan("inline", archive, "base");
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

  it("tell once what is wrong with an archive that several products come from", async () => {
    const good = await overlays("shared.tar.gz", { base: configMap("a") });
    const bad = { ...good, sha256: "0".repeat(64) };
    const faults = await faultsOf(loadManifests({ a: plan("a", bad, "base", "other"), b: plan("b", bad, "base") }));
    expect(faults).to.have.length(1);
  });

  const broken: [string, (whole: Buffer) => string | Uint8Array][] = [
    ["is text", () => "no archive"],
    ["is text, gzipped", () => gzipSync("no archive, but longer than a header of tar: ".repeat(20))],
    ["was cut off", (whole) => gzipSync(whole).subarray(0, -20)],
    ["was cut off before it was gzipped", (whole) => gzipSync(whole.subarray(0, 700))],
    ["has no file", () => gzipSync(Buffer.alloc(1024))],
  ];
  for (const [what, content] of broken) {
    it(`say that an archive ${what}, and keep nothing of it`, async () => {
      const whole = await tarOf({
        "base/kustomization.yaml": "resources: []\n",
        "base/big.yaml": "# big\n".repeat(200),
      });
      const archive = await pinned(folder, `${what}.tar.gz`, content(whole));
      const faults = await faultsOf(loadManifests({ a: plan("a", archive, "base") }));
      expect(faults).to.have.length(1);
      expect(faults[0]).to.include("is not a gzipped tar archive").and.include("fetch the release archive anew");
      const kept = await readdir(cachePath("archives"));
      expect(kept.filter((name) => name.startsWith(archive.sha256))).to.be.empty;
    });
  }

  it("come from an address, too, checked, and once", async () => {
    const server = await startReleaseServer();
    try {
      // What was rendered once, in an earlier run, would not be asked for again.
      const name = `served-${randomUUID()}`;
      const good = await overlays("served.tar.gz", { base: configMap(name) });
      const serve = (path: string, behaviour: Behaviour, sha256 = good.sha256): PinnedFile => {
        server.files.set(path, { content: readFileSync(good.location), behaviour });
        return { location: `${server.url}${path}`, sha256 };
      };
      const gone = { location: `${server.url}/gone.tar.gz`, sha256: "1".repeat(64) };
      const faults = await faultsOf(
        loadManifests({
          a: plan("a", gone, "base"),
          b: plan("b", serve("/other.tar.gz", "good", "2".repeat(64)), "base"),
          c: plan("c", serve("/half.tar.gz", "truncated", "3".repeat(64)), "base"),
        }),
      );
      expect(faults).to.have.length(3);
      expect(faults[0]).to.match(/gone\.tar\.gz cannot be had \(it answered 404.*check the network, or name a file/);
      expect(faults[1]).to.match(/other\.tar\.gz has SHA-256 [0-9a-f]{64}, but 2{64} is pinned/);
      expect(faults[2]).to.match(/half\.tar\.gz cannot be had/);
      const served = serve("/served.tar.gz", "good");
      const { a } = await loadManifests({ a: plan("a", served, "base") });
      expect(a.objects.map(({ metadata }) => metadata.name)).to.deep.equal([name]);
      await loadManifests({ a: plan("a", served, "base") });
      expect(server.requests.filter(({ path }) => path === "/served.tar.gz")).to.have.length(1);
    } finally {
      await server.close();
    }
  });

  it("name every object of an overlay that has no name or is there twice", async () => {
    const archive = await overlays("objects.tar.gz", {
      base: [nameless("ConfigMap"), configMap("twice"), configMap("twice"), nameless("Secret")].join("---\n"),
    });
    const nested = await archiveOf(folder, "nested.tar.gz", {
      "overlay/kustomization.yaml": "resources: [../base]\n",
      "base/kustomization.yaml": "resources: [objects.yaml]\n",
      "base/objects.yaml": nameless("Service"),
    });
    const faults = await faultsOf(loadManifests({ a: plan("a", archive, "base"), b: plan("b", nested, "overlay") }));
    expect(faults).to.have.length(4);
    expect(faults[0]).to.match(/^a: object 1, a ConfigMap, has no name; give it one by a patch at its source\.$/);
    expect(faults[1]).to.match(/^a: object 4, a Secret, has no name;/);
    expect(faults[2]).to.match(/^a: ConfigMap team\/twice is there 2 times; drop or rename all but one by a patch\.$/);
    expect(faults[3]).to.match(/^b: object 1, a Service, has no name;/);
  });

  it("say in one sentence what else cannot be rendered", async () => {
    const archive = await archiveOf(folder, "strange.tar.gz", {
      "base/kustomization.yaml": "resources: [gone.yaml]\n",
    });
    const [fault] = await faultsOf(loadManifests({ a: plan("a", archive, "base") }));
    expect(fault).to.include("base cannot be rendered (").and.include("gone.yaml").and.include("mend the overlay");
  });

  it("name objects and CRDs that two products bring", async () => {
    const archive = await overlays("two.tar.gz", {
      a: [configMap("shared"), configMap("own"), crd("things", served)].join("---\n"),
      b: [configMap("shared"), crd("things", served)].join("---\n"),
    });
    const faults = await faultsOf(loadManifests({ a: plan("a", archive, "a"), b: plan("b", archive, "b") }));
    expect(faults).to.deep.equal([
      "ConfigMap team/shared is brought by a and by b; drop it from all but one by a patch.",
      "The CRD things.example.org is brought by a and by b; leave it out of all but one (withoutCrds).",
    ]);
  });

  it("refuse a CRD without versions", async () => {
    const archive = await overlays("versions.tar.gz", {
      base: [crd("things", "[]"), crd("others", served)].join("---\n"),
    });
    const faults = await faultsOf(loadManifests({ a: plan("a", archive, "base") }));
    expect(faults).to.deep.equal([
      "a: the CRD things.example.org has no version; take the release anew, or leave the CRD out (withoutCrds).",
    ]);
    const left = plan("a", archive, "base");
    const { a } = await loadManifests({ a: { ...left, withoutCrds: ["things.example.org"] } });
    expect(a.crds.map(({ name }) => name)).to.deep.equal(["others.example.org"]);
  });

  it("tell what is wrong with the choice of products together with what is wrong with their archive", async function () {
    // Cold caches fetch the modules of the products that do not come from the archive.
    this.timeout(30 * 60_000);
    const distribution = { ...kubeflowArchive(), sha256: "0".repeat(64) };
    const choice: PlatformChoice = { profile: "full", distribution, without: ["istoi"] };
    const faults = await faultsOf(loadPlatformManifests(choice));
    expect(faults).to.have.length(2);
    expect(faults[0]).to.match(/^istoi, to be left out, is no product of full/);
    expect(faults[1]).to.include("is pinned");
  });
});
