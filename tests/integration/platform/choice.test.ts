import { expect } from "chai";
import { loadPlatformManifests } from "../../../infra/platform";
import { distribution, needsDistribution } from "../../support/kubeflow/distribution";
import { faultsOf } from "../../support/manifests/sourceFixture";

describe("a choice of products with faults", () => {
  it("is reported whole: products that need one that is switched off, and names of no product", async () => {
    const choice = { profile: "core", without: ["cert-manager", "katip"] } as const;
    const [unknown, needed, ...others] = await faultsOf(loadPlatformManifests(choice));
    expect(unknown).to.match(/^katip, .* is no product of core; .*training-operator/);
    expect(needed).to.match(/^kserve needs cert-manager, which is switched off/);
    expect(others).to.be.empty;
  });

  describe("and a distribution with another checksum", () => {
    before(async function () {
      await needsDistribution(this);
    });

    it("is reported together with the checksum", async () => {
      const archive = { ...(await distribution()), sha256: "0".repeat(64) };
      const choice = { profile: "full", distribution: archive, without: ["istoi"] } as const;
      const [unknown, pinned, ...others] = await faultsOf(loadPlatformManifests(choice));
      expect(unknown).to.match(/^istoi, .* is no product of full/);
      expect(pinned).to.include("is pinned");
      expect(others).to.be.empty;
    });
  });
});
