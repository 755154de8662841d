import { expect } from "chai";
import { ManifestError } from "../../../infra/manifests";
import { loadPlatformManifests } from "../../../infra/platform";
import { faultsOfProducts } from "../../../infra/platform/product";
import { profiles } from "../../../infra/platform/profiles";

describe("the list of products", () => {
  for (const [profile, products] of Object.entries(profiles)) {
    it(`has each product of ${profile} after what it needs`, () => {
      expect(faultsOfProducts(products)).to.be.empty;
    });
  }

  const faults = async (choice: Parameters<typeof loadPlatformManifests>[0]): Promise<readonly string[]> => {
    try {
      await loadPlatformManifests(choice);
    } catch (error) {
      if (error instanceof ManifestError) return error.faults;
      throw error;
    }
    return [];
  };

  it("says what needs a product that is switched off, and what is no product, all at once", async () => {
    expect(await faults({ profile: "core", without: ["cert-manager", "katip"] })).to.deep.equal([
      "katip, to be left out, is no product of core; there are kubeflow-namespace, cert-manager, knative, kserve, training-operator.",
      "kserve needs cert-manager, which is switched off: switch cert-manager on, or kserve off too.",
    ]);
  });

  it("asks for the archive of profile full", async () => {
    expect((await faults({ profile: "full" })).join()).to.include("give kubeflow-stack:distribution");
  });
});
