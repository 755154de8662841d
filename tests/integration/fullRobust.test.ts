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

  it("converges after its up was killed at random moments, and goes with nothing left", async () => {
    const { killed } = await killAndConverge(2, 4);
    expect(killed).to.equal(2);
  });

  it("has drift tell of random mutations field by field, of nothing else, and up heal them, and a killed down", async () => {
    expect((await mutateAndHeal(20, 5)).up).to.be.above(0);
  });
});
