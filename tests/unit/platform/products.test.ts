import { expect } from "chai";
import { ManifestError } from "../../../infra/manifests";
import { loadPlatformManifests } from "../../../infra/platform";
import { faultsOfProducts, productsOfProfile } from "../../../infra/products/product";
import { products } from "../../../infra/products/products";

describe("the list of products", () => {
  for (const profile of ["core", "full"] as const)
    it(`has each product of ${profile} after those that it needs`, () => {
      expect(faultsOfProducts(productsOfProfile(products, profile))).to.be.empty;
    });

  const faults = async (choice: Parameters<typeof loadPlatformManifests>[0]): Promise<readonly string[]> => {
    try {
      await loadPlatformManifests(choice);
    } catch (error) {
      if (error instanceof ManifestError) return error.faults;
      throw error;
    }
    return [];
  };

  it("says what is open to anybody, or of no use, without another", () => {
    const full = productsOfProfile(products, "full").filter(
      ({ name }) => name !== "oauth2-proxy" && name !== "pvcviewer-controller",
    );
    expect(faultsOfProducts(full, ["oauth2-proxy"])).to.deep.equal([
      "kubeflow-istio-resources needs oauth2-proxy, which is switched off: switch oauth2-proxy on, or kubeflow-istio-resources off too.",
      "volumes-web-app needs pvcviewer-controller, which is not in the profile: put it there.",
    ]);
  });

  it("asks for the archive of profile full", async () => {
    expect((await faults({ profile: "full" })).join()).to.include("give kubeflow-stack:distribution");
  });
});
