import { expect } from "chai";
import { neededProducts, productsOfProfile } from "../../../infra/products/product";
import { products as allProducts } from "../../../infra/products/products";
import { needsDistribution } from "../../support/kubeflow/distribution";
import { FullPlatform } from "../../support/kubeflow/fullPlatform";

const products = productsOfProfile(allProducts, "full");
const needed: readonly string[] = neededProducts(["minio", "kserve"], products);

/** A product and all that cannot do without it. */
function withDependents(name: string): string[] {
  const found = new Set([name]);
  // Some need one another.
  for (const one of found)
    for (const { name: dependent, dependsOn = [] } of products)
      if (dependsOn.some(({ product }) => product === one)) found.add(dependent);
  return [...found];
}

/** Sets of products that go together, each once. */
const choices = [
  ...new Map(
    products
      .filter(({ name }) => !needed.includes(name))
      .map(({ name }) => withDependents(name).sort())
      .map((without) => [without.join(), without] as const),
  ).values(),
];

describe("all of Kubeflow", () => {
  it("has no gateway that nobody guards, and no page without what it shows", () => {
    expect(withDependents("oauth2-proxy")).to.include.members(["kubeflow-istio-resources", "centraldashboard"]);
    expect(withDependents("dex")).to.include("kubeflow-istio-resources");
    expect(withDependents("notebook-controller")).to.deep.equal(["notebook-controller", "jupyter-web-app"]);
    expect(withDependents("kubeflow-roles")).to.include("centraldashboard");
  });

  let all: FullPlatform;
  before(async function () {
    // Cold caches fetch kubectl first, and render 28 overlays with it.
    this.timeout(30 * 60_000);
    await needsDistribution(this);
    all = await FullPlatform.record();
  });

  for (const without of choices)
    it(`can be had without ${without.join(", ")}`, async () => {
      const { resources } = await FullPlatform.record({ without });
      const names = resources.map(({ label }) => label);
      const left = all.resources.map(({ label }) => label).filter((name) => !names.includes(name));
      expect(left).not.to.be.empty;
      for (const name of without) expect(names).not.to.include(`kubeflow-stack:manifests:ManifestSet::${name}`);
    });
});
