import { expect } from "chai";
import { needsDistribution } from "../support/kubeflow/distribution";
import { killAndConverge } from "../support/kubeflow/killedFull";
import { mutateAndHeal } from "../support/kubeflow/mutatedFull";

// Small samples of what `npm run bench -- killsOfFull mutations` does at length.
describe("all of Kubeflow on a simulated cluster", function () {
  this.timeout(40 * 60_000);

  before(async function () {
    await needsDistribution(this);
  });

  it("converges after up was killed at random moments, and leaves nothing after down", async () => {
    const { killed } = await killAndConverge(2, 4);
    expect(killed).to.equal(2);
  });

  it("reports random mutations field by field in drift, and heals them and a killed down by up", async () => {
    expect((await mutateAndHeal(20, 5)).up).to.be.above(0);
  });
});
