import { expect } from "chai";
import { profiles } from "../../../infra/platform/profiles";
import { neededProducts } from "../../../infra/settings";
import { FullPlatform } from "../../support/fullPlatform";

const products = profiles.full;
const needed: readonly string[] = neededProducts.full;

/** A product and all that cannot do without it. */
function withDependents(name: string): string[] {
  const dependents = products.filter(({ needs = [], needsKindsOf = [] }) => [...needs, ...needsKindsOf].includes(name));
  return [...new Set([name, ...dependents.flatMap((dependent) => withDependents(dependent.name))])];
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
  let all: FullPlatform;
  before(async function () {
    // Cold caches fetch kubectl first, and render 28 overlays with it.
    this.timeout(30 * 60_000);
    all = await FullPlatform.record();
  });

  for (const without of choices)
    it(`can be had without ${without.join(", ")}`, async () => {
      const { resources } = await FullPlatform.record({ without });
      const names = resources.map(({ urnEnd }) => urnEnd);
      const left = all.resources.map(({ urnEnd }) => urnEnd).filter((name) => !names.includes(name));
      expect(left).not.to.be.empty;
      for (const name of without) expect(names).not.to.include(`kubeflow-stack:manifests:ManifestSet::${name}`);
    });
});
