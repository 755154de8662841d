import { expect } from "chai";
import { needsDistribution } from "../support/kubeflow/distribution";
import { convergeAfterKills, recoverKilledDown } from "../support/kubeflow/killedFull";
import { mutateAndHeal } from "../support/kubeflow/mutatedFull";
import { type SimulatedCluster, startSimulatedCluster } from "../support/simulated/simulatedCluster";
import { SimulatedStack } from "../support/simulated/simulatedStack";

// Small samples of what `npm run bench -- killsOfFull mutations` does at length, on one stack: each test starts from the one before.
describe("profile full on a simulated cluster", function () {
  this.timeout(40 * 60_000);
  this.bail(true);

  let cluster: SimulatedCluster;
  let stack: SimulatedStack;

  before(async function () {
    await needsDistribution(this);
    cluster = await startSimulatedCluster();
    stack = await SimulatedStack.create(cluster);
  });

  after(async () => {
    stack?.remove();
    await cluster?.stop();
  });

  it("converges after up was killed at random moments", async () => {
    const { killed } = await convergeAfterKills(stack, 2, 4);
    expect(killed).to.equal(2);
  });

  it("has random mutations reported field by field, and nothing else, and healed by up", async () => {
    const { up } = await mutateAndHeal(stack, 20, 5);
    expect(up).to.be.above(0);
  });

  it("is complete again by up after a down that was killed, with nothing else changed", async () => {
    await recoverKilledDown(stack);
  });

  it("leaves nothing after down", async () => {
    await stack.down();
    expect(await stack.left()).to.deep.equal([]);
  });
});
