import { expect } from "chai";
import { ManifestError } from "../../../infra/manifests";
import { loadPlatformManifests } from "../../../infra/platform";
import { faultsOfProducts } from "../../../infra/platform/product";
import { profiles } from "../../../infra/platform/profiles";
import { neededProducts } from "../../../infra/settings";

describe("the list of products", () => {
  for (const [profile, products] of Object.entries(profiles)) {
    it(`has each product of ${profile} after what it needs`, () => {
      expect(faultsOfProducts(products)).to.be.empty;
    });
  }

  for (const profile of ["core", "full"] as const)
    it(`knows what the stack itself cannot go without in ${profile}`, () => {
      const closure = (name: string): string[] => {
        const product = profiles[profile].find((each) => each.name === name);
        expect(product, name).not.to.equal(undefined);
        return [name, ...[...(product?.needs ?? []), ...(product?.needsKindsOf ?? [])].flatMap(closure)];
      };
      // The object store lies in the namespace, and the workload is served by KServe.
      expect(neededProducts[profile]).to.have.members([
        ...new Set([...closure("kubeflow-namespace"), ...closure("kserve")]),
      ]);
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
    const full = profiles.full.filter(({ name }) => name !== "oauth2-proxy" && name !== "pvcviewer-controller");
    expect(faultsOfProducts(full, ["oauth2-proxy"])).to.deep.equal([
      "kubeflow-istio-resources needs oauth2-proxy, which is switched off: switch oauth2-proxy on, or kubeflow-istio-resources off too.",
      "volumes-web-app needs pvcviewer-controller, which is not in the profile: put it there.",
    ]);
  });

  it("asks for the archive of profile full", async () => {
    expect((await faults({ profile: "full" })).join()).to.include("give kubeflow-stack:distribution");
  });
});
