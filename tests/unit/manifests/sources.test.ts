import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect } from "chai";
import { loadManifests } from "../../../infra/manifests";
import { cachePath } from "../../../infra/manifests/cache";
import { pinned, tarOf } from "../../support/manifests/archives";
import { configMap, faultsOf, SourceFixture } from "../../support/manifests/sourceFixture";

describe("loading manifests from sources with faults", () => {
  let fixture: SourceFixture;

  before(() => {
    fixture = new SourceFixture();
  });

  after(() => fixture.remove());

  it("reports every fault of every product at once, each with its remedy", async () => {
    const good = await fixture.overlays("good.tar.gz", { base: configMap("a") });
    const sha256 = "0".repeat(64);
    const [overlay, sum, archive, ...others] = await faultsOf(
      loadManifests({
        a: fixture.plan("a", good, "gone/overlay"),
        b: fixture.plan("b", { ...good, sha256 }, "base"),
        c: fixture.plan("c", { location: join(fixture.folder, "no"), sha256 }, "base"),
      }),
    );
    expect(overlay).to.match(/^a: .*good\.tar\.gz has no overlay gone\/overlay: .*mend the overlay's path/);
    expect(sum).to.match(/good\.tar\.gz has SHA-256 [0-9a-f]{64}, but 0{64} is pinned/);
    expect(archive).to.match(/\/no is not there: give the path/);
    expect(others).to.be.empty;
  });

  it("reports the fault of an archive once, though several products come from it", async () => {
    const good = await fixture.overlays("shared.tar.gz", { base: configMap("a") });
    const bad = { ...good, sha256: "0".repeat(64) };
    const plans = { a: fixture.plan("a", bad, "base", "other"), b: fixture.plan("b", bad, "base") };
    expect(await faultsOf(loadManifests(plans))).to.have.length(1);
  });

  const broken: [string, (whole: Buffer) => string | Uint8Array][] = [
    ["is text", () => "no archive"],
    ["is gzipped text", () => gzipSync("no archive, but longer than a header of tar: ".repeat(20))],
    ["was cut off", (whole) => gzipSync(whole).subarray(0, -20)],
    ["was cut off before it was gzipped", (whole) => gzipSync(whole.subarray(0, 700))],
    ["has no file", () => gzipSync(Buffer.alloc(1024))],
  ];
  for (const [what, content] of broken) {
    it(`reports that an archive ${what}, and keeps nothing of it`, async () => {
      const whole = await tarOf({
        "base/kustomization.yaml": "resources: []\n",
        "base/big.yaml": "# big\n".repeat(200),
      });
      const archive = await pinned(fixture.folder, `${what}.tar.gz`, content(whole));
      const [fault, ...others] = await faultsOf(loadManifests({ a: fixture.plan("a", archive, "base") }));
      expect(fault).to.include(`${what}.tar.gz is not a gzipped tar archive`);
      expect(others).to.be.empty;
      const kept = await readdir(cachePath("archives"));
      expect(kept.filter((name) => name.startsWith(archive.sha256))).to.be.empty;
    });
  }
});
